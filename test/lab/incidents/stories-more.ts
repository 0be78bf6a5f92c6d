/** Staged incidents: secrets, single addresses, what comes and goes, and waves. */
import { HOUR, MINUTE } from '../../../shared/model/time.ts';
import { secretName, secretsOf } from './material.ts';
import { at, type Story } from './story.ts';

const DENIED =
  'access denied: deploy again if the registry names it since; else look at the secret’s own policy (secretsmanager:GetSecretValue)';
const MISSING =
  'does not exist, or has no current version, in this account and region: create it, or correct its name in the registry';
const FOUR = ['audit', 'invoices', 'ledger', 'payments'] as const;
const THREE_ADDRESSES = ['127.0.0.1', '127.0.0.2', '127.0.0.3'];
const twoHundred = Array.from({ length: 200 }, (_, index) => `svc-${String(index).padStart(3, '0')}`);
const FEW = [
  'plaintext',
  'lookalike-issuer',
  'leaf-as-issuer',
  'foreign-identity',
  'resumption',
  'resumed-identity',
].map((scenario) => ({ scenario, reason: 'there are 200' }));

/** Three servers behind one name, `three.test`, on three addresses. */
const three = ({ port }: { readonly port: number }) => ({
  name: 'payments',
  url: `https://three.test:${port}/payments`,
  addresses: 'all',
});

export const moreStories: readonly Story[] = [
  {
    name: 'Every secret of the monitor is denied',
    servers: 'four endpoints at one nginx',
    told: [
      'blind critical IDENTITY_UNUSABLE identity checkout +3',
      'blind warning IDENTITY_UNUSABLE identity orders +3',
      'recovery info IDENTITY_UNUSABLE identity checkout +3',
      'recovery info IDENTITY_UNUSABLE identity orders +3',
    ],
    wrong:
      'one policy denies both secrets, and they are told as two incidents: enforcement presents `checkout` only, and isolation looks at `orders` later.',
    play: async ({ party, open, material }) => {
      const server = await party('nginx');
      const { pass, changed, deployment } = open(FOUR.map((name) => at(server, name)));
      await pass(90 * MINUTE);
      deployment.secrets = {
        [secretName('checkout')]: { reason: DENIED },
        [secretName('orders')]: { reason: DENIED },
      };
      changed('A policy denies the probe’s role both secrets.');
      await pass(4 * HOUR);
      deployment.secrets = secretsOf(material.secrets);
      changed('The policy is mended.');
      await pass(3 * HOUR);
    },
  },
  {
    name: 'One secret is missing',
    servers: 'four endpoints at one nginx',
    told: ['blind warning IDENTITY_UNUSABLE identity orders +3', 'recovery info IDENTITY_UNUSABLE identity orders +3'],
    play: async ({ party, open, material }) => {
      const server = await party('nginx');
      const { pass, changed, deployment } = open(FOUR.map((name) => at(server, name)));
      await pass(90 * MINUTE);
      deployment.secrets = { ...secretsOf(material.secrets), [secretName('orders')]: { reason: MISSING } };
      changed('The secret of `orders` is deleted.');
      await pass(4 * HOUR);
      deployment.secrets = secretsOf(material.secrets);
      changed('It is created again.');
      await pass(3 * HOUR);
    },
  },
  {
    name: '1 of 3 addresses is open',
    servers: 'two nginx behind one name with three addresses',
    told: [
      'regression critical CLIENT_CERTIFICATE_OPTIONAL endpoint payments',
      'recovery info CLIENT_CERTIFICATE_OPTIONAL endpoint payments',
    ],
    play: async ({ party, open }) => {
      const server = await party('nginx', { listens: THREE_ADDRESSES });
      const { pass, changed } = open([three(server)]);
      await pass(90 * MINUTE);
      await server.become({ listens: THREE_ADDRESSES, open: '127.0.0.2' });
      changed('One of three servers does not require a client certificate.');
      await pass(3 * HOUR);
      await server.become({ open: null });
      changed('It does again.');
      await pass(3 * HOUR);
    },
  },
  {
    name: '1 of 3 addresses is down',
    servers: 'three listeners of one nginx behind one name with three addresses',
    told: ['blind warning ENDPOINT_DOWN endpoint payments', 'recovery info ENDPOINT_DOWN endpoint payments'],
    play: async ({ party, open }) => {
      const server = await party('nginx', { listens: THREE_ADDRESSES });
      const { pass, changed } = open([three(server)]);
      await pass(90 * MINUTE);
      await server.become({ listens: ['127.0.0.1', '127.0.0.3'] });
      changed('One of three servers is stopped.');
      await pass(3 * HOUR);
      await server.become({ listens: THREE_ADDRESSES });
      changed('It is started.');
      await pass(3 * HOUR);
    },
  },
  {
    name: 'Open in every second run',
    servers: 'one nginx',
    told: [
      'regression critical CLIENT_CERTIFICATE_OPTIONAL endpoint payments',
      'recovery info CLIENT_CERTIFICATE_OPTIONAL endpoint payments',
      'regression critical CLIENT_CERTIFICATE_OPTIONAL endpoint payments',
      'recovery info CLIENT_CERTIFICATE_OPTIONAL endpoint payments',
    ],
    wrong: 'what comes and goes is told twice before it is known to, as two incidents.',
    play: async ({ party, open }) => {
      const server = await party('nginx');
      const { pass, changed } = open([at(server, 'payments')]);
      await pass(HOUR);
      for (let times = 0; times < 6; times += 1) {
        await server.become({ verify: 'optional' });
        if (times === 0) changed('From here, `payments` requires a client certificate in every second run.');
        else changed('');
        await pass(5 * MINUTE);
        await server.become({ verify: 'on' });
        changed(times === 5 ? 'It does in every run.' : '');
        await pass(5 * MINUTE);
      }
      await pass(3 * HOUR);
    },
  },
  {
    name: 'Down in two of every four runs',
    servers: 'one Node server',
    told: [
      'blind warning ENDPOINT_DOWN endpoint payments',
      'recovery info ENDPOINT_DOWN endpoint payments',
      'blind warning ENDPOINT_DOWN endpoint payments',
      'recovery info ENDPOINT_DOWN endpoint payments',
    ],
    wrong: 'what comes and goes is told twice before it is known to, as two incidents.',
    play: async ({ party, open }) => {
      const server = await party('node');
      const { pass, changed } = open([at(server, 'payments')]);
      await pass(HOUR);
      for (let times = 0; times < 4; times += 1) {
        await server.become({ listens: [] });
        changed(times === 0 ? 'From here, the server is down in two of every four runs.' : '');
        await pass(10 * MINUTE);
        await server.become({ listens: ['127.0.0.1'] });
        changed(times === 3 ? 'It stays up.' : '');
        await pass(10 * MINUTE);
      }
      await pass(3 * HOUR);
    },
  },
  {
    name: '200 endpoints are open, and right again',
    servers: '200 endpoints of one nginx',
    told: [
      'regression critical CLIENT_CERTIFICATE_OPTIONAL endpoint svc-000 +199',
      'recovery info CLIENT_CERTIFICATE_OPTIONAL endpoint svc-000 +199',
    ],
    play: async ({ party, open }) => {
      const server = await party('nginx');
      const { pass, changed } = open(twoHundred.map((name) => at(server, name, { skip: FEW })));
      await pass(HOUR);
      await server.become({ verify: 'optional' });
      changed('`ssl_verify_client` is set to `optional` for all.');
      await pass(2 * HOUR);
      await server.become({ verify: 'on' });
      changed('It is set to `on` again.');
      await pass(2 * HOUR);
    },
  },
  {
    name: 'The client CA is replaced everywhere',
    servers: '200 endpoints of one nginx',
    told: [
      'regression critical CONTROL_REFUSED endpoint svc-000 +199',
      'recovery info CONTROL_REFUSED endpoint svc-000 +199',
    ],
    play: async ({ party, open, material }) => {
      const server = await party('nginx');
      const { pass, changed } = open(twoHundred.map((name) => at(server, name, { skip: FEW })));
      await pass(HOUR);
      await server.become({ clientCa: material.nextClientRoot.certificatePem });
      changed('All of them trust the new client CA, and the old one no longer.');
      await pass(2 * HOUR);
      await server.become({ clientCa: material.clientRoot.certificatePem });
      changed('They trust the old one again.');
      await pass(2 * HOUR);
    },
  },
];
