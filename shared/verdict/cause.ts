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
      explains: ['no-certificate', ...BAD_CERTIFICATES, 'foreign-identity'],
    };
  if (unverified)
    return { cause: 'ASKS_BUT_DOES_NOT_VERIFY', explains: ['no-certificate', ...BAD_CERTIFICATES, 'foreign-identity'] };
  return open === undefined ? null : { cause: 'CLIENT_CERTIFICATE_OPTIONAL', explains: ['no-certificate'] };
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
  if (code === 'IDENTITY_UNUSABLE') return 'IDENTITY_UNUSABLE';
  if (code === 'SERVED_CHAIN_UNTRUSTED') return 'TRUST_BUNDLE_STALE';
  if (code === 'TRUST_BUNDLE_UNUSABLE') return 'TRUST_BUNDLE_UNUSABLE';
  if (verdict === 'inconclusive') return isDown(results) ? 'ENDPOINT_DOWN' : null;
  if (scenario === 'plaintext') return 'PLAINTEXT_ACCEPTED';
  if (enforcement?.explains.includes(scenario)) return enforcement.cause;
  return scenario === 'foreign-identity' && accepted(results, UNVERIFIED).length === 0 ? 'ANY_IDENTITY_ACCEPTED' : null;
};

/** `results`: all checks of one endpoint in one TLS version, the plaintext check with each. */
export const withCauses = (results: readonly CheckResult[]): readonly CheckResult[] => {
  const enforcement = enforcementCause(results);
  return results.map((result) => ({ ...result, cause: causeOf(result, results, enforcement) }));
};
