/** One root cause behind several checks of an endpoint: read from the pattern of the scenarios together. Verdicts and codes stay. */
import type { Cause, ScenarioName } from '../model/names.ts';
import type { CheckResult } from '../model/report.ts';

const BAD_CERTIFICATES: readonly ScenarioName[] = [
  'untrusted-issuer',
  'self-signed',
  'lookalike-issuer',
  'expired',
  'not-yet-valid',
  'revoked',
  'wrong-usage',
];
/** Only who does not verify at all accepts these. */
const UNVERIFIED: readonly ScenarioName[] = ['untrusted-issuer', 'self-signed'];
/** Where nobody is kept out, these say nothing new. */
const DETOURS: readonly ScenarioName[] = ['sni-bypass', 'resumption', 'forged-header'];
const OWN_CAUSE: Partial<Readonly<Record<ScenarioName, Cause>>> = {
  plaintext: 'PLAINTEXT_ACCEPTED',
  'forged-header': 'FORGED_HEADER_BELIEVED',
  'sni-bypass': 'NAME_DECIDES_CLIENT_AUTHENTICATION',
  resumption: 'SESSIONS_SHARED',
  'bypass-address': 'ANOTHER_WAY_IN',
};
/** Of what many endpoints are verified with: told once for all of them. */
const SHARED_FAULTS: Partial<Readonly<Record<CheckResult['code'], Cause>>> = {
  TRUST_BUNDLE_EXPIRED: 'TRUST_BUNDLE_EXPIRING',
  TRUST_BUNDLE_EXPIRES_SOON: 'TRUST_BUNDLE_EXPIRING',
  CRL_EXPIRED: 'CRL_STALE',
  CRL_EXPIRES_SOON: 'CRL_STALE',
  CRL_UNUSABLE: 'CRL_STALE',
};
const DOWN: readonly string[] = ['UNREACHABLE', 'TIMED_OUT'];

const accepted = (results: readonly CheckResult[], scenarios: readonly ScenarioName[]): readonly CheckResult[] =>
  results.filter(({ verdict, scenario }) => verdict === 'fail' && scenarios.includes(scenario));

const requested = (result: CheckResult): boolean =>
  result.evidence.some(({ certificateRequested, presented }) => presented === null && certificateRequested === true);

/** What is wrong with client authentication as a whole, and which scenarios that explains. */
const enforcementCause = (
  results: readonly CheckResult[],
): { cause: Cause; explains: readonly ScenarioName[] } | null => {
  const [open] = accepted(results, ['no-certificate']);
  const unverified = accepted(results, UNVERIFIED).length > 0;
  if (open !== undefined && !requested(open))
    return {
      cause: 'CLIENT_CERTIFICATE_NOT_REQUESTED',
      explains: ['no-certificate', ...BAD_CERTIFICATES, 'foreign-identity', ...DETOURS],
    };
  if (unverified)
    return {
      cause: 'ASKS_BUT_DOES_NOT_VERIFY',
      explains: ['no-certificate', ...BAD_CERTIFICATES, 'foreign-identity', ...(open === undefined ? [] : DETOURS)],
    };
  return open === undefined ? null : { cause: 'CLIENT_CERTIFICATE_OPTIONAL', explains: ['no-certificate', ...DETOURS] };
};

/** Down: every control ended without TLS being judged, and nothing else was learnt either. */
const isDown = (results: readonly CheckResult[]): boolean => {
  const controls = results.filter(({ scenario }) => scenario === 'valid-identity');
  return (
    controls.length > 0 &&
    controls.every(({ verdict, code }) => verdict === 'inconclusive' && DOWN.includes(code)) &&
    results.every(({ verdict }) => verdict === 'inconclusive' || verdict === 'pass')
  );
};

const causeOf = (
  result: CheckResult,
  results: readonly CheckResult[],
  enforcement: ReturnType<typeof enforcementCause>,
): Cause | null => {
  const { verdict, code, scenario } = result;
  if (verdict === 'pass') return null;
  const own = BY_CODE[code] ?? SHARED_FAULTS[code];
  if (own !== undefined) return own;
  if (verdict === 'inconclusive') return unsureCause(result, results, enforcement);
  if (enforcement?.explains.includes(scenario)) return enforcement.cause;
  if (scenario === 'foreign-identity') return anyIdentity(results);
  return OWN_CAUSE[scenario] ?? null;
};

const unsureCause = (
  { code, scenario, subject }: CheckResult,
  results: readonly CheckResult[],
  enforcement: ReturnType<typeof enforcementCause>,
): Cause | null => {
  if (isDown(results)) return 'ENDPOINT_DOWN';
  if (code === 'CONTROL_NOT_ACCEPTED') return ofControls(results);
  // Nothing can be learnt about headers where it is open without them.
  if (scenario !== 'forged-header') return null;
  if (subject === null || enforcement?.explains.includes('foreign-identity')) return enforcement?.cause ?? null;
  return anyIdentity(results);
};

const BY_CODE: Partial<Readonly<Record<CheckResult['code'], Cause>>> = {
  CONTROL_REJECTED: 'CONTROL_REFUSED',
  APPLICATION_FAILS: 'APPLICATION_FAILS',
  ADDRESS_REFUSED: 'ADDRESS_REFUSED',
  IDENTITY_UNUSABLE: 'IDENTITY_UNUSABLE',
  SERVED_CHAIN_UNTRUSTED: 'TRUST_BUNDLE_STALE',
  TRUST_BUNDLE_UNUSABLE: 'TRUST_BUNDLE_UNUSABLE',
};

/** Why no control was accepted, where that has one cause. */
const ofControls = (results: readonly CheckResult[]): Cause | null => {
  const controls = results.filter(({ scenario }) => scenario === 'valid-identity');
  const causes = new Set(controls.filter(({ verdict }) => verdict !== 'pass').map(({ code }) => BY_CODE[code] ?? null));
  const [cause = null] = causes;
  return causes.size === 1 ? cause : causes.has('CONTROL_REFUSED') ? 'CONTROL_REFUSED' : null;
};

const anyIdentity = (results: readonly CheckResult[]): Cause | null =>
  accepted(results, ['foreign-identity']).length > 0 && accepted(results, UNVERIFIED).length === 0
    ? 'ANY_IDENTITY_ACCEPTED'
    : null;

/** `results`: all checks of one endpoint in one TLS version, the plaintext check with each. */
export const withCauses = (results: readonly CheckResult[]): readonly CheckResult[] => {
  const enforcement = enforcementCause(results);
  return results.map((result) => ({ ...result, cause: causeOf(result, results, enforcement) }));
};
