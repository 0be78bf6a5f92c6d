/** Secrets Manager does not answer: from the reading of a secret to what is told. */
import { X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Identity } from '../../../shared/model/registry.ts';
import type { CheckResult } from '../../../shared/model/report.ts';
import { DAY } from '../../../shared/model/time.ts';
import { runEndpoint } from '../../../shared/pipeline/ask/endpoint-run.ts';
import type { SecretHeaders } from '../../../shared/pipeline/ask/presenting.ts';
import { loadIdentity } from '../../../shared/pipeline/load/identities.ts';
import { identityHealth } from '../../../shared/pipeline/load/identity-health.ts';
import { loadBundles } from '../../../shared/pipeline/load/trust-bundles.ts';
import type { SecretResult } from '../../../shared/pipeline/ports.ts';
import { FORMATS } from '../../../shared/pki/content/formats.ts';
import { issue, issueAuthority } from '../../../shared/pki/mint/issue.ts';
import { readBundle } from '../../../shared/pki/served/bundle-content.ts';
import type { LoadedBundle } from '../../../shared/pki/served/trust-bundle.ts';
import { certificateFacts } from '../../../shared/pki/x509/certificate.ts';
import { planEndpoint } from '../../../shared/plan/plan.ts';
import { connectionLimits } from '../../../shared/probe/limits.ts';
import { desk, type Seen } from '../../helpers/desk.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';
import { anIdentity } from '../../helpers/identity.ts';
import { alerted, answered } from '../../helpers/observation.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const validity = { notBefore: NOW - 100 * DAY, notAfter: NOW + 200 * DAY };
const NAMES = ['checkout', 'orders'];
const IDENTITIES: Readonly<Record<string, Identity>> = Object.fromEntries(
  NAMES.map((name) => [name, anIdentity(name)]),
);
const THROTTLED: SecretResult = { ok: false, reason: 'was throttled', transient: true };
const DENIED: SecretResult = { ok: false, reason: 'access denied' };
const ALL_READ: SecretHeaders = { values: {}, missing: null };

const materialOf = async () => {
  const root = await issueAuthority({ subject: 'CN=Root', validity });
  const server = {
    subject: 'CN=payments.test',
    altNames: [{ dns: 'payments.test' }],
    extendedKeyUsage: ['serverAuth'],
  };
  const { certificatePem: served } = await issue({ ...server, validity, extendedKeyUsage: ['serverAuth'] }, root);
  const secretOf = async (name: string): Promise<SecretResult> => {
    const { certificatePem, privateKey } = await issue({ subject: `CN=${name}`, validity }, root);
    const value = certificatePem + String(privateKey.export({ format: 'pem', type: 'pkcs8' }));
    return { ok: true, value, versionId: 'v1', createdAt: null };
  };
  return {
    secrets: new Map(await Promise.all(NAMES.map(async (name) => [name, await secretOf(name)] as const))),
    bundle: readBundle(root.certificatePem, FORMATS),
    servedChain: [certificateFacts(new X509Certificate(served))],
  };
};
const material = materialOf();

/** What one run sees of two endpoints that admit `checkout` alone and refuse everybody else, and of the identities themselves. */
const runOf = async (
  own: Readonly<Record<string, SecretResult>>,
  secretHeaders = ALL_READ,
  otherBundle?: LoadedBundle,
) => {
  const { secrets: right, bundle: rightBundle, servedChain } = await material;
  const bundle = otherBundle ?? rightBundle;
  const secrets = new Map([...right, ...Object.entries(own)]);
  const sources = {
    ...{ readSecrets: async () => secrets, readStage: async () => null, readEnv: () => undefined },
    readFile: async () => ({ ok: false, reason: 'ENOENT' }) as const,
  };
  const { expiry } = anEndpoint();
  const loaded = await Promise.all(
    Object.values(IDENTITIES).map((identity) => loadIdentity(identity, secrets, sources, expiry, NOW)),
  );
  const identities = new Map(loaded.map((each) => [each.identity.name, each]));
  const given = { now: NOW, vantage: 'default', identities, bundle, secretHeaders };
  const sweep = async (name: string): Promise<readonly CheckResult[]> => {
    const endpoint = anEndpoint({ name, tlsVersions: ['1.3'] });
    const plan = planEndpoint(endpoint, IDENTITIES, ['enforcement', 'isolation']);
    const { results } = await runEndpoint(plan, given, {
      ...{ limits: connectionLimits(8), clock: () => NOW, deadline: () => Number.POSITIVE_INFINITY },
      resolve: async () => ({ ok: true, ips: ['127.0.0.1'] }),
      probe: async ({ presented, verifies }) => ({
        ...(presented === 'checkout' ? { ...answered(200), certificateSent: true } : alerted()),
        ...{ presented, servedChain, ...(verifies === true && { chainVerified: true as const }) },
      }),
    });
    return results;
  };
  const health = identityHealth({ health: NAMES, vantage: 'default' }, identities, new Map());
  return { health, endpoints: await Promise.all(['payments', 'ledger'].map(sweep)) };
};

const seenIn = ({ health, endpoints }: Awaited<ReturnType<typeof runOf>>): readonly Seen[] => [
  { key: 'identities/default', suite: 'certificates', results: health },
  ...endpoints.map((results) => ({ results })),
];

describe('a secret that is throttled', () => {
  test('leaves every check that needs it undecided, for one cause', async () => {
    const { health, endpoints } = await runOf({ checkout: THROTTLED });
    expect(health[0]).toMatchObject({
      ...{ verdict: 'inconclusive', code: 'IDENTITY_NOT_READ', cause: 'IDENTITY_NOT_READ', severity: 'warning' },
      message: expect.stringContaining('was throttled'),
    });
    expect(health[1]?.code).toBe('IDENTITY_OK');
    const passed = endpoints.flat().filter(({ verdict }) => verdict === 'pass');
    expect(new Set(passed.map(({ scenario }) => scenario))).toEqual(new Set(['served-certificate']));
    const blind = endpoints.flat().filter(({ verdict }) => verdict === 'inconclusive');
    expect(blind.length + passed.length).toBe(endpoints.flat().length);
    expect(new Set(blind.map(({ cause }) => cause))).toEqual(new Set(['IDENTITY_NOT_READ']));
    expect(new Set(blind.map(({ code }) => code))).toEqual(new Set(['IDENTITY_NOT_READ', 'CONTROL_NOT_ACCEPTED']));
  });

  test('for one run is told to nobody', async () => {
    const { run, told } = desk();
    const [right, throttled] = [seenIn(await runOf({})), seenIn(await runOf({ checkout: THROTTLED }))];
    for (const seen of [right, throttled, right, right]) await run(...seen);
    expect(told()).toEqual([]);
  });

  test('for `settleAfter` runs is told once, of the identity, and so is its end', async () => {
    const { run, told, board } = desk();
    const [right, throttled] = [seenIn(await runOf({})), seenIn(await runOf({ checkout: THROTTLED }))];
    for (const seen of [right, throttled]) await run(...seen);
    expect(told()).toEqual([]);
    for (const seen of [throttled, throttled]) await run(...seen);
    expect(board().open.map(({ thing }) => thing)).toEqual([{ kind: 'identity', name: 'checkout' }]);
    for (const seen of [right, right]) await run(...seen);
    expect(told().map(({ kind, incident }) => [kind, incident?.cause, incident?.thing.name])).toEqual([
      ['blind', 'IDENTITY_NOT_READ', 'checkout'],
      ['recovery', 'IDENTITY_NOT_READ', 'checkout'],
    ]);
    expect(board().open).toEqual([]);
  });
});

test('a secret that is denied is told at once, as before', async () => {
  const { run, told } = desk();
  const { health } = await runOf({ checkout: DENIED });
  expect(health[0]).toMatchObject({ verdict: 'fail', code: 'IDENTITY_UNUSABLE', cause: 'IDENTITY_UNUSABLE' });
  await run(...seenIn(await runOf({ checkout: DENIED })));
  expect(told().map(({ kind, code }) => [kind, code])).toEqual([['blind', 'IDENTITY_UNUSABLE']]);
});

test.each([
  [THROTTLED, 'TRUST_BUNDLE_NOT_READ', 2],
  [DENIED, 'TRUST_BUNDLE_UNUSABLE', 1],
] as const)('a trust bundle whose secret is not given (%o): one incident of the bundle', async (secret, code, runs) => {
  const { run, told, board } = desk();
  const bundles = { corp: { kind: 'secret', secret: 'ca' } } as const;
  const bundle = (await loadBundles(bundles, ['corp'], new Map([['ca', secret]]))).get('corp');
  const [right, unread] = [seenIn(await runOf({})), seenIn(await runOf({}, ALL_READ, bundle))];
  await run(...right);
  for (let count = 1; count <= runs; count += 1) {
    expect(told()).toEqual([]);
    await run(...unread);
  }
  expect(board().open.map(({ thing }) => thing.kind)).toEqual(['trust-bundle']);
  for (const seen of [right, right]) await run(...seen);
  expect(told().map(({ kind, code: its }) => [kind, its])).toEqual([
    ['blind', code],
    ['recovery', code],
  ]);
});

test('an identity that only signs, and is denied, is told of the identity, before it is presented itself', async () => {
  const { run, told } = desk();
  const { endpoints } = await runOf({ orders: DENIED });
  const signed = endpoints.map((results) => results.filter(({ scenario }) => scenario === 'leaf-as-issuer'));
  expect(signed.flat().filter(({ thing }) => thing?.name === 'orders')).toHaveLength(endpoints.length);
  await run(...signed.map((results) => ({ results })));
  await run(...endpoints.map((results) => ({ results })));
  expect(told().map(({ kind, code, incident }) => [kind, code, incident?.thing])).toEqual([
    ['blind', 'IDENTITY_UNUSABLE', { kind: 'identity', name: 'orders' }],
  ]);
});

test.each([
  [{ reason: 'the header’s secret was throttled', transient: true }, 'IDENTITY_NOT_READ'],
  [{ reason: 'the header’s secret: access denied' }, 'IDENTITY_UNUSABLE'],
] as const)('a secret header: %o', async (missing, code) => {
  const { endpoints } = await runOf({}, { values: { authorization: '' }, missing });
  const controls = endpoints.flat().filter(({ scenario }) => scenario === 'valid-identity');
  expect(controls.map((each) => [each.verdict, each.code])).toEqual(Array(2).fill(['inconclusive', code]));
});
