/** Staged incidents: what a mesh’s policies say, beside what its servers do. */
import { HOUR, type Instant, MINUTE } from '../../../shared/model/time.ts';
import type { Party } from './party.ts';
import type { Stage } from './stage.ts';
import { at, type Story } from './story.ts';

type Named = Readonly<Record<string, Pick<Party, 'port'>>>;

/** What `kubectl get peerauthentication,service -n shop -o json` prints of these services. */
const exportOf = (services: Named, mode: string): string =>
  JSON.stringify(
    {
      apiVersion: 'v1',
      kind: 'List',
      items: [
        {
          ...{ apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication' },
          ...{ metadata: { name: 'default', namespace: 'shop' }, spec: { mtls: { mode } } },
        },
        ...Object.entries(services).map(([name, { port }]) => ({
          ...{ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'shop' } },
          spec: { selector: { app: name }, ports: [{ name: 'https', port, targetPort: port }] },
          status: { loadBalancer: { ingress: [{ hostname: 'localhost' }] } },
        })),
      ],
    },
    null,
    1,
  );

const MESH = { mesh: { export: true, maxAge: '2h' } };
/** As if its job had run just before each run. */
const always: Instant = Number.POSITIVE_INFINITY;

const exported = (stage: Stage, services: Named, mode: string): void => {
  stage.deployment.exports = { mesh: { text: exportOf(services, mode), at: always } };
};

export const configurationStories: readonly Story[] = [
  {
    name: 'The policy says STRICT, and a server is open',
    servers: 'two nginx, and a mesh whose policy is exported',
    told: [
      'regression critical CLIENT_CERTIFICATE_OPTIONAL endpoint payments',
      'recovery info CLIENT_CERTIFICATE_OPTIONAL endpoint payments',
    ],
    play: async ({ party, open }) => {
      const [ledger, payments] = [await party('nginx'), await party('nginx')];
      const mesh = { text: exportOf({ ledger, payments }, 'STRICT'), at: always };
      const stage = open([at(ledger, 'ledger'), at(payments, 'payments')], { sources: MESH, exports: { mesh } });
      await stage.pass(90 * MINUTE);
      await payments.become({ verify: 'optional' });
      stage.changed('`ssl_verify_client` of `payments` is set to `optional`; the policy stays STRICT.');
      await stage.pass(3 * HOUR);
      await payments.become({ verify: 'on' });
      stage.changed('It is set to `on` again.');
      await stage.pass(2 * HOUR);
    },
  },
  {
    name: 'The policy becomes PERMISSIVE, and nothing is open yet',
    servers: 'two nginx, and a mesh whose policy is exported',
    told: [
      'regression warning CONFIGURATION_SAYS_OPEN configuration PeerAuthentication shop/default of mesh +1',
      'recovery info CONFIGURATION_SAYS_OPEN configuration PeerAuthentication shop/default of mesh +1',
    ],
    play: async ({ party, open }) => {
      const [ledger, payments] = [await party('nginx'), await party('nginx')];
      const services = { ledger, payments };
      const mesh = { text: exportOf(services, 'STRICT'), at: always };
      const stage = open([at(ledger, 'ledger'), at(payments, 'payments')], { sources: MESH, exports: { mesh } });
      await stage.pass(90 * MINUTE);
      exported(stage, services, 'PERMISSIVE');
      stage.changed('The PeerAuthentication of the namespace is set to PERMISSIVE.');
      await stage.pass(3 * HOUR);
      exported(stage, services, 'STRICT');
      stage.changed('It is set to STRICT again.');
      await stage.pass(2 * HOUR);
    },
  },
  {
    name: 'A service is added that nobody watches',
    servers: 'two nginx, and a mesh whose policy is exported',
    told: ['regression warning ENDPOINT_UNWATCHED source mesh', 'recovery info ENDPOINT_UNWATCHED source mesh'],
    play: async ({ party, open }) => {
      const [ledger, payments] = [await party('nginx'), await party('nginx')];
      const mesh = { text: exportOf({ ledger }, 'STRICT'), at: always };
      const stage = open([at(ledger, 'ledger')], { sources: MESH, exports: { mesh } });
      await stage.pass(90 * MINUTE);
      exported(stage, { ledger, payments }, 'STRICT');
      stage.changed('A service `payments` is deployed.');
      await stage.pass(3 * HOUR);
      stage.deployment.endpoints = [...stage.deployment.endpoints, at(payments, 'payments')];
      stage.changed('`payments` is added to the registry.');
      await stage.pass(2 * HOUR);
    },
  },
  {
    name: 'The job that exports the policies stops',
    servers: 'two nginx, and a mesh whose policy is exported',
    told: ['blind warning SOURCE_STALE source mesh +1', 'recovery info SOURCE_STALE source mesh +1'],
    fresh: 30 * MINUTE,
    play: async ({ party, open }) => {
      const [ledger, payments] = [await party('nginx'), await party('nginx')];
      const text = exportOf({ ledger, payments }, 'STRICT');
      const stage = open([at(ledger, 'ledger'), at(payments, 'payments')], {
        sources: MESH,
        exports: { mesh: { text, at: always } },
      });
      await stage.pass(90 * MINUTE);
      stage.deployment.exports = { mesh: { text, at: stage.now() } };
      stage.changed('The CronJob in the cluster is suspended.');
      await stage.pass(5 * HOUR);
      stage.deployment.exports = { mesh: { text, at: always } };
      stage.changed('It runs again.');
      await stage.pass(2 * HOUR);
    },
  },
];
