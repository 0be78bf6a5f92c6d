/** One root cause behind several checks of an endpoint: read from the pattern of the scenarios together. Verdicts and codes stay. */
import type { Cause } from '../../model/names.ts';
import type { CheckResult } from '../../model/report.ts';
import { familyOf, scenarioNamed } from '../../scenario/catalogue.ts';
import { EXPLAINED_WHERE, type Family, type Proof } from '../../scenario/family.ts';

/** Faults of trust bundles and CRLs that many endpoints share: one cause for all of them. */
const SHARED_FAULTS: Partial<Readonly<Record<CheckResult['code'], Cause>>> = {
  TRUST_BUNDLE_EXPIRED: 'TRUST_BUNDLE_EXPIRING',
  TRUST_BUNDLE_EXPIRES_SOON: 'TRUST_BUNDLE_EXPIRING',
  TRUST_BUNDLE_DAMAGED: 'TRUST_BUNDLE_UNUSABLE',
  CRL_EXPIRED: 'CRL_STALE',
  CRL_EXPIRES_SOON: 'CRL_STALE',
  CRL_UNUSABLE: 'CRL_STALE',
};
const DOWN: readonly string[] = ['UNREACHABLE', 'TIMED_OUT'];

/** The fault of client authentication as a whole, and what it proves of other clients. */
type Enforcement = { readonly cause: Cause; readonly proves: readonly Proof[] };

const requested = (result: CheckResult): boolean =>
  result.evidence.some(({ certificateRequested, presented }) => presented === null && certificateRequested === true);

const enforcementOf = (results: readonly CheckResult[]): Enforcement | null => {
  const proving = (proof: Proof) =>
    results.find(({ verdict, scenario }) => verdict === 'fail' && scenarioNamed(scenario).acceptanceProves === proof) ??
    null;
  const open = proving('anybody-enters');
  if (open !== null && !requested(open))
    return { cause: 'CLIENT_CERTIFICATE_NOT_REQUESTED', proves: ['anybody-enters', 'nothing-is-verified'] };
  const anybody: readonly Proof[] = open === null ? [] : ['anybody-enters'];
  if (proving('nothing-is-verified') !== null)
    return { cause: 'ASKS_BUT_DOES_NOT_VERIFY', proves: ['nothing-is-verified', ...anybody] };
  return open === null ? null : { cause: 'CLIENT_CERTIFICATE_OPTIONAL', proves: anybody };
};

const explains = ({ proves }: Enforcement, family: Family): boolean => {
  const where = EXPLAINED_WHERE[family];
  return where !== null && proves.includes(where);
};

const controlsOf = (results: readonly CheckResult[]): readonly CheckResult[] =>
  results.filter(({ scenario }) => familyOf(scenario) === 'control');

/** Down: every control ended before the server judged a client, and no other check failed. */
const isDown = (results: readonly CheckResult[]): boolean => {
  const controls = controlsOf(results);
  return (
    controls.length > 0 &&
    controls.every(({ verdict, code }) => verdict === 'inconclusive' && DOWN.includes(code)) &&
    results.every(({ verdict }) => verdict === 'inconclusive' || verdict === 'pass')
  );
};

const causeOf = (
  result: CheckResult,
  results: readonly CheckResult[],
  enforcement: Enforcement | null,
): Cause | null => {
  const { verdict, code, scenario } = result;
  if (verdict === 'pass') return null;
  const own = BY_CODE[code] ?? SHARED_FAULTS[code];
  if (own !== undefined) return own;
  if (verdict === 'inconclusive') return unsureCause(result, results, enforcement);
  if (enforcement !== null && explains(enforcement, familyOf(scenario))) return enforcement.cause;
  return scenarioNamed(scenario).cause;
};

const unsureCause = (
  { code, scenario, subject }: CheckResult,
  results: readonly CheckResult[],
  enforcement: Enforcement | null,
): Cause | null => {
  if (isDown(results)) return 'ENDPOINT_DOWN';
  if (code === 'CONTROL_NOT_ACCEPTED') return ofControls(results);
  // If the client is accepted without what the scenario adds, the cause is the cause of that acceptance.
  if (!scenarioNamed(scenario).comparedWithout) return null;
  const isExplained = enforcement !== null && explains(enforcement, 'other-identity');
  if (subject === null || isExplained) return enforcement?.cause ?? null;
  const admitted = results.find((other) => other.verdict === 'fail' && familyOf(other.scenario) === 'other-identity');
  return admitted === undefined ? null : scenarioNamed(admitted.scenario).cause;
};

const BY_CODE: Partial<Readonly<Record<CheckResult['code'], Cause>>> = {
  CONTROL_REJECTED: 'CONTROL_REFUSED',
  APPLICATION_FAILS: 'APPLICATION_FAILS',
  ADDRESS_REFUSED: 'ADDRESS_REFUSED',
  IDENTITY_UNUSABLE: 'IDENTITY_UNUSABLE',
  IDENTITY_NOT_READ: 'IDENTITY_NOT_READ',
  RESUMED_IDENTITY_REJECTED: 'RESUMPTION_REFUSED',
  SERVED_CHAIN_UNTRUSTED: 'TRUST_BUNDLE_STALE',
  TRUST_BUNDLE_UNUSABLE: 'TRUST_BUNDLE_UNUSABLE',
  TRUST_BUNDLE_NOT_READ: 'TRUST_BUNDLE_UNUSABLE',
};

/** Why no control was accepted, where that has one cause. */
const ofControls = (results: readonly CheckResult[]): Cause | null => {
  const controls = controlsOf(results);
  const causes = new Set(controls.filter(({ verdict }) => verdict !== 'pass').map(({ code }) => BY_CODE[code] ?? null));
  const [cause = null] = causes;
  return causes.size === 1 ? cause : causes.has('CONTROL_REFUSED') ? 'CONTROL_REFUSED' : null;
};

/** `results`: all checks of one endpoint in one TLS version, the plaintext check with each. */
export const withCauses = (results: readonly CheckResult[]): readonly CheckResult[] => {
  const enforcement = enforcementOf(results);
  return results.map((result) => ({ ...result, cause: causeOf(result, results, enforcement) }));
};
