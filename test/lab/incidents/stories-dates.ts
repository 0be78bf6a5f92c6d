/** Staged incidents: dates come near, certificates change. */
import { DAY, HOUR } from '../../../shared/model/time.ts';
import { issueAuthority } from '../../../shared/pki/mint/issue.ts';
import { clientSecret, crlOf, secretName, serverLeaf } from './material.ts';
import { at, type Story } from './story.ts';

const FRESH = 6 * HOUR;
const twoHundred = Array.from({ length: 200 }, (_, index) => `svc-${String(index).padStart(3, '0')}`);
/** What is left of 200 endpoints' checks when dates are all that matters. */
const FEW = [
  'plaintext',
  'self-signed',
  'lookalike-issuer',
  'leaf-as-issuer',
  'foreign-identity',
  'sni-bypass',
  'resumption',
  'resumed-identity',
  'forged-header',
  'missing-intermediate',
].map((scenario) => ({ scenario, reason: 'it is about dates' }));

export const dateStories: readonly Story[] = [
  {
    name: 'A server certificate runs out',
    servers: 'one nginx, whose certificate ends in 33 days',
    told: [
      'expiry warning SERVED_CHAIN_EXPIRES_SOON certificate',
      'expiry warning SERVED_CHAIN_EXPIRES_SOON certificate',
      'expiry critical SERVED_CHAIN_EXPIRES_SOON certificate',
      'expiry critical SERVED_CHAIN_EXPIRES_SOON certificate',
      'expiry critical SERVED_CHAIN_EXPIRES_SOON certificate',
      'regression critical SERVED_CHAIN_EXPIRED certificate',
      'reminder critical SERVED_CHAIN_EXPIRED certificate',
      'recovery info SERVED_CHAIN_EXPIRED certificate',
    ],
    most: 8,
    fresh: FRESH,
    play: async ({ party, open, material, begun }) => {
      const server = await party('nginx', { served: await serverLeaf(material.serverRoot, begun, begun + 33 * DAY) });
      const { pass, changed } = open([at(server, 'payments')]);
      await pass(35 * DAY);
      await server.become({ served: material.served });
      changed('The certificate is renewed.');
      await pass(DAY);
    },
  },
  {
    name: 'An intermediate that 200 endpoints serve runs out',
    servers: '200 endpoints at one nginx, behind one intermediate that ends in 2 days',
    told: [
      'expiry critical SERVED_CHAIN_EXPIRES_SOON certificate +199',
      'expiry critical SERVED_CHAIN_EXPIRES_SOON certificate +199',
      'regression critical SERVED_CHAIN_EXPIRED certificate +199',
      'change warning SERVED_ISSUER_CHANGED endpoint svc-000 +199',
      'recovery info SERVED_CHAIN_EXPIRED certificate +199',
    ],
    most: 4,
    fresh: DAY,
    play: async ({ party, open, material, begun }) => {
      const leafOf = async (days: number) => serverLeaf(await material.intermediate(begun + days * DAY), begun);
      const server = await party('nginx', { served: await leafOf(2) });
      const { pass, changed } = open(twoHundred.map((name) => at(server, name, { skip: FEW })));
      await pass(2 * DAY + 3 * HOUR);
      await server.become({ served: await leafOf(400) });
      changed('The intermediate is renewed, and every endpoint serves it.');
      await pass(3 * HOUR);
    },
  },
  {
    name: 'One certificate of 200 endpoints is replaced',
    servers: '200 endpoints at one nginx',
    told: ['change info SERVED_KEY_CHANGED endpoint svc-000 +199'],
    play: async ({ party, open, material, begun }) => {
      const server = await party('nginx');
      const { pass, changed } = open(twoHundred.map((name) => at(server, name, { skip: FEW })));
      await pass(2 * HOUR);
      await server.become({ served: await serverLeaf(material.serverRoot, begun) });
      changed('The certificate is renewed with a new key.');
      await pass(2 * HOUR);
    },
  },
  {
    name: 'A certificate for 24 hours: renewed every 16, and one renewal is missed',
    servers: 'one nginx',
    told: [
      'expiry warning SERVED_CHAIN_EXPIRES_SOON certificate',
      'expiry critical SERVED_CHAIN_EXPIRES_SOON certificate',
      'regression critical SERVED_CHAIN_EXPIRED certificate',
      'recovery info SERVED_CHAIN_EXPIRED certificate',
    ],
    most: 4,
    fresh: HOUR,
    play: async ({ party, open, material, begun }) => {
      const leafAt = (from: number) =>
        serverLeaf(material.serverRoot, begun, begun + (from + 24) * HOUR, begun + from * HOUR);
      const server = await party('nginx', { served: await leafAt(0) });
      const { pass, changed } = open([at(server, 'payments')]);
      for (const from of [16, 32]) {
        await pass(16 * HOUR);
        await server.become({ served: await leafAt(from) });
        changed('The certificate is renewed.');
      }
      await pass(26 * HOUR);
      await server.become({ served: await leafAt(58) });
      changed('The certificate is renewed, ten hours late.');
      await pass(3 * HOUR);
    },
  },
  {
    name: 'A CRL runs out',
    servers: 'one nginx that verifies clients with a CRL, which the trust bundle of the monitor names too',
    told: [
      'expiry warning CRL_STALE crl corp.crl +1',
      'expiry warning CRL_STALE crl corp.crl +1',
      'regression warning CRL_STALE crl corp.crl +1',
      'recovery info CRL_STALE crl corp.crl +1',
    ],
    most: 4,
    fresh: FRESH,
    play: async ({ party, open, material, begun }) => {
      const crlUntil = (days: number) => crlOf(material.serverRoot, begun, begun + days * DAY);
      const server = await party('nginx');
      const bundleWith = (pem: string) => ({
        kind: 'pem' as const,
        pem: material.serverRoot.certificatePem,
        file: 'pki/ca.pem',
        crls: [{ kind: 'pem' as const, name: 'corp.crl', pem }],
      });
      const { pass, changed, deployment } = open([at(server, 'ledger'), at(server, 'payments')], {
        bundle: bundleWith(crlUntil(9)),
      });
      await pass(10 * DAY);
      deployment.bundle = bundleWith(crlUntil(60));
      changed('A new CRL is published, and deployed.');
      await pass(3 * HOUR);
    },
  },
  {
    name: 'The CA of the trust bundle runs out',
    servers: 'two endpoints of two owners at one nginx, whose certificate a CA signed that ends in 9 days',
    told: [
      'expiry warning TRUST_BUNDLE_EXPIRING ca Old Server CA',
      'expiry warning TRUST_BUNDLE_EXPIRING ca Old Server CA',
      'expiry critical TRUST_BUNDLE_EXPIRING ca Old Server CA',
      'expiry critical TRUST_BUNDLE_EXPIRING ca Old Server CA',
      'expiry critical TRUST_BUNDLE_EXPIRING ca Old Server CA',
      'expiry critical TRUST_BUNDLE_EXPIRING ca Old Server CA',
      'expiry critical TRUST_BUNDLE_EXPIRING ca Old Server CA',
      'expiry critical TRUST_BUNDLE_EXPIRING ca Old Server CA',
      'regression critical TRUST_BUNDLE_EXPIRING ca Old Server CA',
      'regression critical TRUST_BUNDLE_EXPIRING ca Old Server CA',
      'change warning SERVED_ISSUER_CHANGED endpoint ledger',
      'change warning SERVED_ISSUER_CHANGED endpoint payments',
      'recovery info TRUST_BUNDLE_EXPIRING ca Old Server CA +1',
      'recovery info TRUST_BUNDLE_EXPIRING ca Old Server CA +1',
    ],
    most: 6,
    fresh: FRESH,
    play: async ({ party, open, material, begun }) => {
      const old = await issueAuthority({
        subject: 'CN=Old Server CA',
        validity: { notBefore: begun - 3000 * DAY, notAfter: begun + 9 * DAY },
      });
      const server = await party('nginx', { served: await serverLeaf(old, begun) });
      const owned = [at(server, 'ledger', { owner: 'team-a' }), at(server, 'payments', { owner: 'team-b' })];
      const { pass, changed, deployment } = open(owned, {
        bundle: { kind: 'pem', pem: old.certificatePem, file: 'pki/ca.pem' },
      });
      await pass(9 * DAY + 5 * HOUR);
      await server.become({ served: material.served });
      deployment.bundle = { kind: 'pem', pem: material.serverRoot.certificatePem, file: 'pki/ca.pem' };
      changed('The next CA is in the trust bundle, and has signed what is served.');
      await pass(3 * HOUR);
    },
  },
  {
    name: 'The test identity of the monitor expires',
    servers: 'four endpoints at one nginx, and `checkout`, which ends in 8 days',
    told: [
      'expiry warning IDENTITY_EXPIRES_SOON identity checkout',
      'expiry warning IDENTITY_EXPIRES_SOON identity checkout',
      'expiry warning IDENTITY_EXPIRES_SOON identity checkout',
      'expiry warning IDENTITY_EXPIRES_SOON identity checkout',
      'blind critical IDENTITY_UNUSABLE identity checkout +3',
      'recovery info IDENTITY_UNUSABLE identity checkout +3',
    ],
    most: 6,
    fresh: FRESH,
    play: async ({ party, open, material, begun }) => {
      const server = await party('nginx');
      const { secrets } = material;
      const ends = await clientSecret('checkout', material.clientRoot, begun, begun + 8 * DAY);
      const own = { [secretName('orders')]: secrets['orders'] ?? '', [secretName('checkout')]: ends };
      const { pass, changed, deployment } = open(
        ['audit', 'invoices', 'ledger', 'payments'].map((name) => at(server, name, { owner: 'team-core' })),
        { secrets: own },
      );
      await pass(8 * DAY + 5 * HOUR);
      deployment.secrets = { ...own, [secretName('checkout')]: secrets['checkout'] ?? '' };
      changed('A new certificate is put into the secret.');
      await pass(3 * HOUR);
    },
  },
];
