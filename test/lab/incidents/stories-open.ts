/** Staged incidents: something that must be refused is admitted, or a client that must be admitted is refused. */
import { DAY, HOUR, MINUTE } from '../../../shared/model/time.ts';
import { at, type Story } from './story.ts';

const NAMES = ['audit', 'invoices', 'ledger', 'limits', 'orders-api', 'payments', 'refunds', 'reports'] as const;

export const openStories: readonly Story[] = [
  {
    name: 'Open after a change of configuration, 1 of 8',
    servers: 'eight endpoints, seven at one nginx, `payments` at another',
    told: [
      'regression critical CLIENT_CERTIFICATE_OPTIONAL endpoint payments',
      'recovery info CLIENT_CERTIFICATE_OPTIONAL endpoint payments',
    ],
    play: async ({ party, open }) => {
      const [others, payments] = [await party('nginx'), await party('nginx')];
      const { pass, changed } = open(NAMES.map((name) => at(name === 'payments' ? payments : others, name)));
      await pass(90 * MINUTE);
      await payments.become({ verify: 'optional' });
      changed('`ssl_verify_client` of `payments` is set to `optional`.');
      await pass(3 * HOUR);
      await payments.become({ verify: 'on' });
      changed('It is set to `on` again.');
      await pass(2 * HOUR);
    },
  },
  {
    name: 'The client CA is replaced at 4 of 8',
    servers: 'four endpoints at one `openssl s_server`, four at another',
    told: [
      'regression critical CONTROL_REFUSED endpoint audit +3',
      'recovery info CONTROL_REFUSED endpoint audit +3',
      'change warning ACCEPTABLE_CAS_CHANGED endpoint audit +3',
    ],
    play: async ({ party, open, material }) => {
      const [old, next] = [await party('openssl'), await party('openssl')];
      const { pass, changed } = open(
        NAMES.map((name, index) => at(index % 2 === 0 ? next : old, name, { refuses: [] })),
      );
      await pass(90 * MINUTE);
      await next.become({ clientCa: material.nextClientRoot.certificatePem });
      changed('The second server trusts the new client CA, and the old one no longer.');
      await pass(3 * HOUR);
      await next.become({ clientCa: material.nextClientRoot.certificatePem + material.clientRoot.certificatePem });
      changed('It trusts both.');
      await pass(2 * HOUR);
    },
  },
  {
    name: '4 of 8 are unreachable',
    servers: 'four endpoints at one Node server, four at another',
    told: ['blind warning ENDPOINT_DOWN endpoint audit +3', 'recovery info ENDPOINT_DOWN endpoint audit +3'],
    play: async ({ party, open }) => {
      const [up, down] = [await party('node'), await party('node')];
      const { pass, changed } = open(NAMES.map((name, index) => at(index % 2 === 0 ? down : up, name)));
      await pass(90 * MINUTE);
      await down.become({ listens: [] });
      changed('The second server is stopped.');
      await pass(5 * HOUR);
      await down.become({ listens: ['127.0.0.1'] });
      changed('It is started.');
      await pass(2 * HOUR);
    },
  },
  {
    name: 'Two owners, one cause',
    servers: 'four endpoints of two owners at one nginx',
    told: [
      'regression critical CLIENT_CERTIFICATE_OPTIONAL endpoint audit +1',
      'regression critical CLIENT_CERTIFICATE_OPTIONAL endpoint audit +1',
      'recovery info CLIENT_CERTIFICATE_OPTIONAL endpoint audit +3',
      'recovery info CLIENT_CERTIFICATE_OPTIONAL endpoint audit +3',
    ],
    play: async ({ party, open }) => {
      const server = await party('nginx');
      const endpoints = NAMES.slice(0, 4).map((name, index) =>
        at(server, name, { owner: index < 2 ? 'team-a' : 'team-b' }),
      );
      const { pass, changed } = open(endpoints);
      await pass(90 * MINUTE);
      await server.become({ verify: 'optional' });
      changed('`ssl_verify_client` is set to `optional`.');
      await pass(3 * HOUR);
      await server.become({ verify: 'on' });
      changed('It is set to `on` again.');
      await pass(2 * HOUR);
    },
  },
  {
    name: 'The application behind the proxy answers 503 to everybody',
    servers: 'four endpoints at one nginx',
    told: ['blind warning APPLICATION_FAILS endpoint audit +3', 'recovery info APPLICATION_FAILS endpoint audit +3'],
    play: async ({ party, open }) => {
      const server = await party('nginx');
      const { pass, changed } = open(NAMES.slice(0, 4).map((name) => at(server, name)));
      await pass(90 * MINUTE);
      await server.become({ status: 503 });
      changed('The application fails: 503 to every client that TLS admits.');
      await pass(3 * HOUR);
      await server.become({ status: 200 });
      changed('It answers again.');
      await pass(2 * HOUR);
    },
  },
  {
    name: 'A waiver runs out',
    servers: 'one nginx',
    told: [
      'regression critical CLIENT_CERTIFICATE_OPTIONAL endpoint payments',
      'recovery info CLIENT_CERTIFICATE_OPTIONAL endpoint payments',
    ],
    fresh: HOUR,
    play: async ({ party, open, begun }) => {
      const server = await party('nginx', { verify: 'optional' });
      const until = new Date(begun + DAY).toISOString().slice(0, 10);
      const waivers = [{ scenario: 'no-certificate', until, reason: 'the partner sends none yet' }];
      const { pass, changed } = open([at(server, 'payments', { waivers })]);
      changed('`ssl_verify_client` is `optional`, and a waiver holds until the end of day 2.');
      await pass(2 * DAY + 5 * HOUR);
      await server.become({ verify: 'on' });
      changed('`ssl_verify_client` is set to `on`.');
      await pass(2 * HOUR);
    },
  },
];
