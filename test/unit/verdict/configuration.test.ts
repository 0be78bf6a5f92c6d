import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { certificateOf } from '../../../shared/claims/claim-of.ts';
import type { Claim } from '../../../shared/model/claim.ts';
import { CLIENT_CERTIFICATES } from '../../../shared/model/claim.ts';
import type { CheckResult, ServedChain } from '../../../shared/model/report.ts';
import { DAY, HOUR, iso } from '../../../shared/model/time.ts';
import { planEndpoint, sourceCheck } from '../../../shared/plan/plan.ts';
import { findingsAlone } from '../../../shared/verdict/configured/alone.ts';
import { judgeConfigured } from '../../../shared/verdict/configured/configured-checks.ts';
import { coveredBy } from '../../../shared/verdict/configured/covering.ts';
import { heldSources } from '../../../shared/verdict/configured/held-sources.ts';
import { judgeSource } from '../../../shared/verdict/configured/judge-source.ts';
import { aClaim, aCovered, HERE, here, NOW } from '../../helpers/claims.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';
import { fail, pass, unsure } from '../../helpers/judged.ts';

const endpoint = anEndpoint({ sources: { mesh: null } });
const { checks } = planEndpoint(endpoint, {}, ['enforcement', 'isolation']);
const configured = checks.filter(({ scenario }) => scenario === 'configuration');

const control = pass({ scenario: 'valid-identity' });
const refused = (scenario: CheckResult['scenario']) => pass({ scenario, subject: null, code: 'REJECTED_BY_TLS_ALERT' });
const served = (scenario: CheckResult['scenario'], own: Partial<CheckResult> = {}) =>
  fail(`ACCEPTED_${scenario.toUpperCase().replaceAll('-', '_')}` as CheckResult['code'], {
    scenario,
    subject: null,
    ...own,
  });
const SHUT = [control, refused('no-certificate'), refused('untrusted-issuer'), refused('plaintext')];

type Beside = { readonly servedChains?: readonly ServedChain[]; readonly issuers?: readonly string[] };
const judged = (claim: Partial<Claim>, results: readonly CheckResult[], { servedChains = [], issuers }: Beside = {}) =>
  judgeConfigured(configured, new Map([['mesh', aCovered([aClaim(claim)])]]), {
    ...{ endpoint, results, servedChains, now: NOW, vantage: 'default', names: new Map() },
    trust: { issuers: new Map(issuers === undefined ? [] : [['checkout', issuers]]) },
  })[0];

describe('a configuration beside the wire', () => {
  const required = here('required' as const);
  test.each<[string, Partial<Claim>, readonly CheckResult[], string]>([
    ['says what is', { clientCertificate: required, plaintext: here('refused') }, SHUT, 'pass CONFIGURATION_AGREES'],
    [
      'requires a certificate, and serves everybody',
      { clientCertificate: required },
      [control, served('no-certificate'), refused('untrusted-issuer')],
      'fail CONFIGURATION_SAYS_ENFORCED',
    ],
    [
      'verifies, and serves a stranger',
      { clientCertificate: here('optional') },
      [control, served('no-certificate'), served('self-signed')],
      'fail CONFIGURATION_SAYS_ENFORCED',
    ],
    [
      'refuses plaintext, and serves it',
      { plaintext: here('refused') },
      [...SHUT.slice(0, 3), served('plaintext')],
      'fail CONFIGURATION_SAYS_ENFORCED',
    ],
    [
      'checks dates, and serves what has expired',
      { expiry: here('checked') },
      [control, served('expired')],
      'fail CONFIGURATION_SAYS_ENFORCED',
    ],
    [
      'has a CRL, and serves what is revoked',
      { revocation: here('crl') },
      [control, served('revoked')],
      'fail CONFIGURATION_SAYS_ENFORCED',
    ],
    ['is optional, and refuses', { clientCertificate: here('optional') }, SHUT, 'fail CONFIGURATION_SAYS_OPEN'],
    [
      'is optional, and open',
      { clientCertificate: here('optional') },
      [control, served('no-certificate')],
      'fail CONFIGURATION_OPTIONAL',
    ],
    ['is optional, and down', { clientCertificate: here('optional') }, [unsure()], 'fail CONFIGURATION_OPTIONAL'],
    [
      'passes through, and is open',
      { clientCertificate: here('passed-through') },
      [control, served('untrusted-issuer')],
      'fail CONFIGURATION_PASSES_THROUGH',
    ],
    [
      'asks nobody',
      { clientCertificate: here('none') },
      [control, served('no-certificate')],
      'fail CONFIGURATION_ASKS_NOBODY',
    ],
    ['is permissive', { plaintext: here('allowed') }, [control, served('plaintext')], 'fail CONFIGURATION_PERMISSIVE'],
    [
      'has no policy',
      { plaintext: here('allowed'), policy: 'absent' },
      [control, served('plaintext')],
      'fail CONFIGURATION_WITHOUT_POLICY',
    ],
    ['ignores dates', { expiry: here('ignored') }, [control, served('expired')], 'fail CONFIGURATION_IGNORES_EXPIRY'],
    [
      'ignores dates, and refuses what has expired',
      { expiry: here('ignored') },
      [control, refused('expired')],
      'fail CONFIGURATION_SAYS_OPEN',
    ],
    ['has no CRL', { revocation: here('none') }, [control, served('revoked')], 'pass CONFIGURATION_WITHOUT_REVOCATION'],
    [
      'leaves a way in that nobody asked',
      { otherWays: [{ what: 'port 80', url: 'http://payments.test/', at: HERE }] },
      SHUT,
      'fail CONFIGURATION_LEAVES_WAY_IN',
    ],
    [
      'is said, and nobody knows',
      { clientCertificate: required },
      [unsure('UNREACHABLE', { scenario: 'no-certificate' })],
      'inconclusive CONTROL_NOT_ACCEPTED',
    ],
  ])('%s', (_, claim, results, expected) => {
    const result = judged(claim, results);
    expect(`${result?.verdict} ${result?.code}`).toBe(expected);
    expect(result?.message).toContain('mesh');
  });

  test('a mode that takes both promises nothing: PERMISSIVE with TLS of the application’s own', () => {
    const both = { clientCertificate: required, plaintext: here('allowed' as const) };
    expect(judged(both, [control, served('no-certificate'), refused('plaintext')])?.code).toBe(
      'CONFIGURATION_PERMISSIVE',
    );
    expect(judged(both, SHUT)?.code).toBe('CONFIGURATION_SAYS_OPEN');
  });

  test('an endpoint that is down proves nothing: no pass, and so no recovery, whatever else is said', () => {
    const down = [unsure('UNREACHABLE', { scenario: 'no-certificate', subject: null })];
    expect(judged({ clientCertificate: required, revocation: here('none') }, down)?.verdict).toBe('inconclusive');
    const half = [...SHUT.slice(0, 3), unsure('TIMED_OUT', { scenario: 'plaintext', subject: null })];
    expect(judged({ clientCertificate: required, plaintext: here('refused') }, half)?.verdict).toBe('inconclusive');
  });

  test('a way in that is closed is none', () => {
    const url = 'http://payments.test/';
    const claim = { clientCertificate: required, otherWays: [{ what: 'port 80', url, at: HERE }] };
    const closed = pass({ scenario: 'bypass-address', subject: url, code: 'BYPASS_CLOSED' });
    expect(judged(claim, [...SHUT, closed])?.code).toBe('CONFIGURATION_AGREES');
  });

  test('it has the cause of the wire’s own finding: one incident', () => {
    const open = served('no-certificate', { cause: 'CLIENT_CERTIFICATE_OPTIONAL' });
    expect(judged({ clientCertificate: required }, [control, open])?.cause).toBe('CLIENT_CERTIFICATE_OPTIONAL');
    expect(judged({ clientCertificate: here('optional') }, [control, open])?.cause).toBe('CLIENT_CERTIFICATE_OPTIONAL');
  });

  test('a gap that is waived on the wire is waived here, and what is not is told', () => {
    const waiver = { until: '2027-01-01', reason: 'migration' };
    const known = served('no-certificate', { verdict: 'waived', severity: 'info', waiver });
    expect(judged({ clientCertificate: required }, [control, known])).toMatchObject({ verdict: 'waived', waiver });
    const other = judged({ clientCertificate: required }, [control, known, served('self-signed')]);
    expect(other).toMatchObject({ verdict: 'fail', severity: 'critical', waiver: null });
  });

  test('what the registry skips is by design', () => {
    const by = anEndpoint({ sources: { mesh: null }, skip: [{ scenario: 'no-certificate', reason: 'public' }] });
    const [result] = judgeConfigured(
      configured,
      new Map([['mesh', aCovered([aClaim({ clientCertificate: here('optional') })])]]),
      {
        ...{ endpoint: by, results: SHUT, servedChains: [], now: NOW, vantage: 'default', names: new Map() },
        trust: { issuers: new Map() },
      },
    );
    expect(result).toBeUndefined();
  });
});

describe('the CAs that a configuration trusts', () => {
  const authority = (subject: string, issuer = subject) => ({ subject, issuer, sha256: null, notAfter: null });
  const trusts = (...authorities: ReturnType<typeof authority>[]) => ({
    clientCertificate: here('required' as const),
    authorities: here(authorities),
  });
  const down = [unsure('UNREACHABLE', { scenario: 'valid-identity' }), refused('no-certificate')];
  const chain = (...names: string[]) =>
    [
      { acceptableCas: { names, total: names.length, includesControlIssuer: null } },
    ] as unknown as readonly ServedChain[];
  test.each<[string, Partial<Claim>, readonly CheckResult[], Beside, string]>([
    [
      'the issuer of nobody who is admitted',
      trusts(authority('CN=Other')),
      down,
      { issuers: ['CN=Corp'] },
      'CONFIGURATION_LACKS_ISSUER',
    ],
    [
      'by a path that is not seen',
      trusts(authority('CN=Other')),
      SHUT,
      { issuers: ['CN=Corp'] },
      'CONFIGURATION_AGREES',
    ],
    [
      'a stranger beside the issuer',
      trusts(authority('CN=Corp'), authority('CN=Old')),
      SHUT,
      { issuers: ['CN=Corp'] },
      'CONFIGURATION_TRUSTS_STRANGER',
    ],
    [
      'the root above the issuer',
      trusts(authority('CN=Corp', 'CN=Root'), authority('CN=Root')),
      SHUT,
      { issuers: ['CN=Corp'] },
      'CONFIGURATION_AGREES',
    ],
    [
      'others than are asked for',
      trusts(authority('CN=Corp')),
      SHUT,
      { issuers: ['CN=Corp'], servedChains: chain('CN=Else') },
      'CONFIGURATION_REQUESTS_OTHER_CAS',
    ],
    [
      'those that are asked for',
      trusts(authority('CN=Corp')),
      SHUT,
      { issuers: ['CN=Corp'], servedChains: chain('CN=Corp') },
      'CONFIGURATION_AGREES',
    ],
  ])('%s', (_, claim, results, beside, code) => {
    expect(judged(claim, results, beside)?.code).toBe(code);
  });
});

describe('a source', () => {
  const source = { name: 'mesh', maxAge: DAY, ignore: [], from: { kind: 'files' as const, files: ['/mesh.json'] } };
  const reading = (claims: readonly Claim[], own = {}) => ({
    ...{ schema: 'mtls-monitor/claims/v1' as const, source: 'mesh', readAt: iso(NOW), certificates: [], problems: [] },
    claims: [...claims],
    ...own,
  });
  const required = aClaim({ clientCertificate: here('required') });
  const health = (claims: readonly Claim[], own = {}, at = NOW, ignore: typeof source.ignore = []) => {
    const held = heldSources(
      [endpoint],
      [{ source: { ...source, ignore }, reading: reading(claims, own), reason: null }],
    );
    return held.states.map((state) => judgeSource(sourceCheck('mesh'), state, 'default', at))[0];
  };
  const other = aClaim({
    clientCertificate: here('optional'),
    endpoint: { name: 'shop/new', hosts: ['new.test'], port: 8443 },
  });
  const problem = { at: HERE, path: 'spec.mtls', message: 'expected a map' };

  test('is in date, and watched', () => expect(health([required])?.code).toBe('SOURCE_OK'));
  test('is older than it may be', () => {
    expect(health([required], {}, NOW + DAY + HOUR)?.code).toBe('SOURCE_STALE');
    const covered = aCovered([required], { readAt: NOW - DAY - HOUR });
    const [result] = judgeConfigured(configured, new Map([['mesh', covered]]), {
      ...{ endpoint, results: SHUT, servedChains: [], now: NOW, vantage: 'default', names: new Map() },
      trust: { issuers: new Map() },
    });
    expect(result).toMatchObject({
      verdict: 'inconclusive',
      code: 'SOURCE_STALE',
      thing: { kind: 'source', name: 'mesh' },
    });
  });
  test('has an endpoint that nobody watches', () => {
    expect(health([required, other])).toMatchObject({ verdict: 'fail', code: 'ENDPOINT_UNWATCHED' });
    expect(health([required, other])?.message).toContain('shop/new');
    expect(health([required, other], {}, NOW, [{ endpoint: 'shop/*', reason: 'not ours' }] as never)?.code).toBe(
      'SOURCE_OK',
    );
  });
  test('is damaged in part, or wholly', () => {
    expect(health([required], { problems: [problem] })?.code).toBe('SOURCE_DAMAGED');
    expect(health([], { problems: [problem] })?.code).toBe('SOURCE_UNREADABLE');
  });
  test('has nothing of the name that the registry gives the endpoint there', () => {
    const named = anEndpoint({ sources: { mesh: 'payments/gone' } });
    const covered = coveredBy(named, source, { ...reading([required]), readAt: NOW });
    const [result] = judgeConfigured(configured, new Map(covered === null ? [] : [['mesh', covered]]), {
      ...{ endpoint: named, results: SHUT, servedChains: [], now: NOW, vantage: 'default', names: new Map() },
      trust: { issuers: new Map() },
    });
    expect(result?.code).toBe('CONFIGURATION_NOT_COVERING');
  });
  test('missed a renewal, of a certificate that bears the endpoint’s name', () => {
    const certificate = certificateOf({
      use: 'served',
      name: 'payments/tls',
      names: ['*.test'],
      renewAt: iso(NOW - DAY),
      at: HERE,
    });
    const covered = coveredBy(endpoint, source, { ...reading([], { certificates: [certificate] }), readAt: NOW });
    const [result] = judgeConfigured(configured, new Map(covered === null ? [] : [['mesh', covered]]), {
      ...{ endpoint, results: SHUT, servedChains: [], now: NOW, vantage: 'default', names: new Map() },
      trust: { issuers: new Map() },
    });
    expect(result?.code).toBe('CONFIGURATION_RENEWAL_MISSED');
    expect(findingsAlone(reading([], { certificates: [certificate] }), NOW).map(({ code }) => code)).toEqual([
      'CONFIGURATION_RENEWAL_MISSED',
    ]);
  });
});

describe('which claims are about an endpoint', () => {
  const at = (own: Partial<Claim['endpoint']>) =>
    coveredBy(
      endpoint,
      { name: 'mesh', maxAge: DAY },
      { claims: [aClaim({ endpoint: own })], certificates: [], readAt: NOW },
    )?.claims.length ?? 0;
  test.each([
    ['its name in capitals', { hosts: ['PAYMENTS.test.'] }, 1],
    ['a wildcard over it', { hosts: ['*.test'] }, 1],
    ['a wildcard two labels over it', { hosts: ['*.example'] }, 0],
    ['another port', { port: 8443 }, 0],
    ['any port', { port: null }, 1],
    ['no host at all', { hosts: [] }, 0],
    ['a path that it is not below', { path: '/admin' }, 0],
    ['a path above its own', { path: '/' }, 1],
  ])('%s', (_, own, count) => expect(at(own)).toBe(count));
});

test('law: whatever is said and seen, a pass never stands beside a client who was served against it', () => {
  const some = fc.constantFrom('admitted', 'refused', 'unknown');
  const result = (scenario: CheckResult['scenario'], saw: string) =>
    saw === 'admitted'
      ? served(scenario)
      : saw === 'refused'
        ? refused(scenario)
        : unsure('TIMED_OUT', { scenario, subject: null });
  fc.assert(
    fc.property(
      fc.option(fc.constantFrom(...CLIENT_CERTIFICATES)),
      fc.option(fc.constantFrom('refused' as const, 'allowed' as const)),
      some,
      some,
      some,
      (asked, plain, nobody, stranger, plaintext) => {
        const claim = {
          clientCertificate: asked === null ? null : here(asked),
          plaintext: plain === null ? null : here(plain),
        };
        const found = judged(claim, [
          control,
          result('no-certificate', nobody),
          result('untrusted-issuer', stranger),
          result('plaintext', plaintext),
        ]);
        const broken =
          (plain !== 'allowed' && asked === 'required' && nobody === 'admitted') ||
          (plain !== 'allowed' && (asked === 'required' || asked === 'optional') && stranger === 'admitted') ||
          (plain === 'refused' && plaintext === 'admitted');
        if (broken)
          expect(found).toMatchObject({ verdict: 'fail', code: 'CONFIGURATION_SAYS_ENFORCED', severity: 'critical' });
        else expect(found?.code).not.toBe('CONFIGURATION_SAYS_ENFORCED');
        if (found?.code === 'CONFIGURATION_AGREES') expect([asked, nobody]).toEqual(['required', 'refused']);
      },
    ),
  );
});
