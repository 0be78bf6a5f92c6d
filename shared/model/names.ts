/** The closed vocabularies that all parts share. */

/** The scenarios in the order of display. Each is described by its record in `shared/scenario`. */
export const SCENARIO_NAMES = [
  'valid-identity',
  'no-certificate',
  'plaintext',
  'untrusted-issuer',
  'self-signed',
  'lookalike-issuer',
  'leaf-as-issuer',
  'expired',
  'not-yet-valid',
  'revoked',
  'wrong-usage',
  'foreign-identity',
  'forged-header',
  'sni-bypass',
  'resumption',
  'resumed-identity',
  'missing-intermediate',
  'bypass-address',
  'served-certificate',
  'identity-health',
  'rotation',
  'configuration',
  'configured-access',
  'source-health',
] as const;
export type ScenarioName = (typeof SCENARIO_NAMES)[number];

export const SUITES = ['enforcement', 'isolation', 'certificates'] as const;
/** A group of scenarios that a schedule runs together. A request may also name `all`. */
export type Suite = (typeof SUITES)[number];
export const SUITE_REQUESTS = [...SUITES, 'all'] as const;
export type SuiteRequest = (typeof SUITE_REQUESTS)[number];

/** Why an identity must be refused everywhere (RFC 5280 §4.1.2.5 validity, §5 revocation, §4.2.1.12 extended key usage). */
export const FAULTS = ['expired', 'not-yet-valid', 'revoked', 'wrong-usage'] as const;
export type Fault = (typeof FAULTS)[number];

export const TLS_VERSIONS = ['1.2', '1.3'] as const;
export type TlsVersion = (typeof TLS_VERSIONS)[number];

/** Protocols whose server may speak first, or at all, in clear where TLS was asked for: told by its first bytes. */
export const GREETINGS = [
  'smtp',
  'ftp',
  'smtp-or-ftp',
  'imap',
  'pop3',
  'nats',
  'mysql',
  'nntp',
  'ssh',
  'http',
] as const;
export type Greeting = (typeof GREETINGS)[number];

export const SEVERITIES = ['none', 'info', 'warning', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const VERDICTS = ['pass', 'fail', 'inconclusive', 'waived'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** Root causes. One of them explains the verdicts of several checks together. */
export const CAUSES = [
  'ASKS_BUT_DOES_NOT_VERIFY',
  'CLIENT_CERTIFICATE_OPTIONAL',
  'CLIENT_CERTIFICATE_NOT_REQUESTED',
  'PLAINTEXT_ACCEPTED',
  'ANY_IDENTITY_ACCEPTED',
  'ENDPOINT_DOWN',
  'IDENTITY_UNUSABLE',
  'TRUST_BUNDLE_STALE',
  'TRUST_BUNDLE_UNUSABLE',
  'RUN_INCOMPLETE',
  'FORGED_HEADER_BELIEVED',
  'NAME_DECIDES_CLIENT_AUTHENTICATION',
  'SESSIONS_SHARED',
  'ANOTHER_WAY_IN',
  'CONTROL_REFUSED',
  'TRUST_BUNDLE_EXPIRING',
  'CRL_STALE',
  'APPLICATION_FAILS',
  'ADDRESS_REFUSED',
  'RESUMPTION_REFUSED',
  'IDENTITY_NOT_READ',
] as const;
export type Cause = (typeof CAUSES)[number];

/** Kinds of notification; subscription filters use these names. */
export const NOTIFICATION_KINDS = [
  'regression',
  'recovery',
  'reminder',
  'blind',
  'expiry',
  'change',
  'flapping',
  'closing',
] as const;
export type NotificationKind = (typeof NOTIFICATION_KINDS)[number];

/**
 * Metric levels, the coarsest and cheapest first. `sparse` sends an endpoint's metrics only while it is not as it should be, or while its end comes
 * near (CloudWatch charges a metric for the hours in which it is sent).
 */
export const METRIC_LEVELS = ['fleet', 'sparse', 'endpoint', 'check'] as const;
export type MetricLevel = (typeof METRIC_LEVELS)[number];
export const DEFAULT_METRICS: MetricLevel = 'sparse';

/** Metrics of one endpoint from one vantage. */
export const ENDPOINT_METRICS = [
  'ControlAccepted',
  'EnforcementFailures',
  'IsolationFailures',
  'Inconclusive',
  'DaysToExpiry',
  'ProbeLatency',
] as const;
export type EndpointMetric = (typeof ENDPOINT_METRICS)[number];

type Shouted<S extends string> = S extends `${infer Head}-${infer Tail}`
  ? `${Uppercase<Head>}_${Shouted<Tail>}`
  : Uppercase<S>;
/** Scenarios that the endpoint must refuse: an acceptance is a finding. The type of their records (`shared/scenario`) enforces this list. */
export type RejectedScenario = Exclude<
  ScenarioName,
  | 'valid-identity'
  | 'resumed-identity'
  | 'missing-intermediate'
  | 'served-certificate'
  | 'identity-health'
  | 'rotation'
  | 'configuration'
  | 'configured-access'
  | 'source-health'
>;
/** The code of a forbidden acceptance, one per scenario. */
export type AcceptedCode = `ACCEPTED_${Shouted<RejectedScenario>}`;

export const FIXED_CODES = [
  'ACCEPTED',
  'SERVED_CHAIN_OK',
  'IDENTITY_OK',
  'REJECTED_BY_TLS_ALERT',
  'REJECTED_BY_HTTP_STATUS',
  'REJECTED_BY_BODY',
  'REJECTED_BY_CLOSE',
  'REJECTED_BY_SILENCE',
  'REJECTED_BY_PROTOCOL',
  'BYPASS_CLOSED',
  'CONTROL_REJECTED',
  'SERVED_CHAIN_EXPIRED',
  'SERVED_CHAIN_UNTRUSTED',
  'SERVED_NAME_MISMATCH',
  'SERVED_CHAIN_EXPIRES_SOON',
  'SERVED_CHAIN_INCOMPLETE',
  'SERVED_CHAIN_NOT_YET_VALID',
  'SERVED_CHAIN_WRONG_USAGE',
  'SERVED_KEY_WEAK',
  'SERVED_SIGNATURE_WEAK',
  'IDENTITY_UNUSABLE',
  'IDENTITY_EXPIRES_SOON',
  'IDENTITY_CHAIN_INCOMPLETE',
  'IDENTITY_NOT_AN_SVID',
  'IDENTITY_WEAK',
  'IDENTITY_ISSUER_NOT_YET_VALID',
  'UNREACHABLE',
  'TIMED_OUT',
  'NOT_TLS',
  'TLS_INCOMPATIBLE',
  'AMBIGUOUS_ANSWER',
  'APPLICATION_FAILS',
  'ADDRESS_REFUSED',
  'ALREADY_ACCEPTED',
  'CONTROL_NOT_ACCEPTED',
  'TRUST_BUNDLE_UNUSABLE',
  'TRUST_BUNDLE_NOT_READ',
  'NOT_RUN',
  'RUN_COMPLETED',
  'RUN_INCOMPLETE',
  'SERVED_CHAIN_CHANGED',
  'NEXT_IDENTITY_REJECTED',
  'PREVIOUS_IDENTITY_REJECTED',
  'NO_OTHER_VERSION',
  'SERVED_CHAIN_SELF_SIGNED',
  'SERVED_CHAIN_REFUSED',
  'SERVED_CHAIN_UNCONFIRMED',
  'SERVED_CHAIN_OUT_OF_ORDER',
  'SERVED_CHAIN_HOLDS_REVOKED',
  'SERVED_CHAIN_UNCOMMON',
  'SERVED_ALGORITHM_UNSUPPORTED',
  'SERVED_CHAINS_DIFFER',
  'SERVED_IDENTITY_MISMATCH',
  'SERVED_CERTIFICATE_REVOKED',
  'SERVED_KEY_CHANGED',
  'SERVED_ISSUER_CHANGED',
  'ACCEPTABLE_CAS_CHANGED',
  'SERVED_CERTIFICATE_REISSUED',
  'TRUST_BUNDLE_EXPIRED',
  'TRUST_BUNDLE_EXPIRES_SOON',
  'TRUST_BUNDLE_HOLDS_LEAF',
  'TRUST_BUNDLE_DAMAGED',
  'CRL_EXPIRED',
  'CRL_EXPIRES_SOON',
  'CRL_UNUSABLE',
  'OCSP_STAPLE_EXPIRED',
  'OCSP_STAPLE_EXPIRES_SOON',
  'OCSP_STAPLE_INVALID',
  'OCSP_STAPLE_MISSING',
  'SERVED_CHAIN_VIOLATES_CONSTRAINTS',
  'SERVED_CHAIN_CRITICAL_EXTENSION',
  'SERVED_CHAIN_MALFORMED',
  'OCSP_STAPLE_UNJUDGED',
  'RESUMED_IDENTITY_REJECTED',
  'SESSION_NOT_RESUMED',
  'INTERMEDIATE_HELD',
  'INTERMEDIATE_REQUIRED',
  'CHECK_REMOVED',
  'IDENTITY_NOT_READ',
  'CONFIGURATION_AGREES',
  'CONFIGURATION_SAYS_ENFORCED',
  'CONFIGURATION_SAYS_OPEN',
  'CONFIGURATION_PERMISSIVE',
  'CONFIGURATION_WITHOUT_POLICY',
  'CONFIGURATION_OPTIONAL',
  'CONFIGURATION_PASSES_THROUGH',
  'CONFIGURATION_ASKS_NOBODY',
  'CONFIGURATION_IGNORES_EXPIRY',
  'CONFIGURATION_WITHOUT_REVOCATION',
  'CONFIGURATION_LEAVES_WAY_IN',
  'CONFIGURATION_LACKS_ISSUER',
  'CONFIGURATION_TRUSTS_STRANGER',
  'CONFIGURATION_REQUESTS_OTHER_CAS',
  'CONFIGURATION_RENEWAL_MISSED',
  'CONFIGURATION_SAYS_ADMITTED',
  'CONFIGURATION_SAYS_REFUSED',
  'CONFIGURATION_ADMITS_REFUSED',
  'CONFIGURATION_REFUSES_ADMITTED',
  'CONFIGURATION_ADMITS_ANYBODY',
  'CONFIGURATION_UNDECIDED',
  'CONFIGURATION_NOT_COVERING',
  'SOURCE_OK',
  'SOURCE_STALE',
  'SOURCE_UNREADABLE',
  'SOURCE_DAMAGED',
  'ENDPOINT_UNWATCHED',
] as const;
export type FixedCode = (typeof FIXED_CODES)[number];
export type Code = FixedCode | AcceptedCode;

/** `no-certificate` → `ACCEPTED_NO_CERTIFICATE`. */
export const acceptedCode = (scenario: ScenarioName): AcceptedCode =>
  `ACCEPTED_${scenario.toUpperCase().replaceAll('-', '_')}` as AcceptedCode;
