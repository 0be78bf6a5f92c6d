/** Staged incidents: an endpoint leaves the registry, or gets another name, while its incident is open. */
import { HOUR, MINUTE } from '../../../shared/model/time.ts';
import { at, type Scene, type Story } from './story.ts';

const OPEN = 'regression critical CLIENT_CERTIFICATE_OPTIONAL endpoint';
const GONE = 'closing info CLIENT_CERTIFICATE_OPTIONAL endpoint payments';

/** Two endpoints, of which `payments` is open from 01:30. */
const begun = async ({ party, open }: Scene) => {
  const [ledger, payments] = [await party('nginx'), await party('nginx')];
  const stage = open([at(ledger, 'ledger'), at(payments, 'payments')]);
  await stage.pass(90 * MINUTE);
  await payments.become({ verify: 'optional' });
  stage.changed('`ssl_verify_client` of `payments` is set to `optional`.');
  await stage.pass(2 * HOUR);
  return { stage, payments };
};

export const registryStories: readonly Story[] = [
  {
    name: 'An open endpoint leaves the registry',
    servers: 'two nginx',
    told: [`${OPEN} payments`, GONE],
    play: async (scene) => {
      const { stage } = await begun(scene);
      stage.deployment.endpoints = stage.deployment.endpoints.filter(({ name }) => name !== 'payments');
      stage.changed('`payments` is taken out of the registry.');
      await stage.pass(3 * HOUR);
    },
  },
  {
    name: 'An open endpoint is renamed',
    servers: 'two nginx',
    told: [
      `${OPEN} payments`,
      `${OPEN} payments-eu`,
      GONE,
      'recovery info CLIENT_CERTIFICATE_OPTIONAL endpoint payments-eu',
    ],
    play: async (scene) => {
      const { stage, payments } = await begun(scene);
      const { endpoints } = stage.deployment;
      stage.deployment.endpoints = endpoints.map((each) =>
        each.name === 'payments' ? { ...each, name: 'payments-eu' } : each,
      );
      stage.changed('`payments` is named `payments-eu` in the registry.');
      await stage.pass(3 * HOUR);
      await payments.become({ verify: 'on' });
      stage.changed('`ssl_verify_client` is set to `on`.');
      await stage.pass(2 * HOUR);
    },
  },
];
