/** The sections of the runbook: each cause, each code that asks for something to be done, and each kind of notification, from the catalogue. */
import { wholeCure } from '../../model/cure.ts';
import { CAUSES, type Cause, type Code, type FixedCode, NOTIFICATION_KINDS } from '../../model/names.ts';
import type { RunbookWord } from '../../model/runbook.ts';
import { CAUSE_TEXTS } from './cause-texts.ts';
import { CODES, explain } from './codes.ts';
import { GUIDES, type Guide, type GuideName } from './guides.ts';
import { KIND_TEXTS } from './kind-texts.ts';

export type Section = Guide & {
  readonly word: RunbookWord;
  /** `a cause: cannot be reached, or does not answer`, `fail, severity critical`: a word may be a cause and a code. */
  readonly what: readonly string[];
  readonly meaning: readonly string[];
  readonly causes: readonly string[];
  readonly cures: readonly string[];
};

/** Null: a pass of which nobody is told. Codes of forbidden acceptances are `open`. */
const GUIDE_OF: Readonly<Record<FixedCode, GuideName | null>> = {
  ACCEPTED: null,
  SERVED_CHAIN_OK: null,
  IDENTITY_OK: null,
  REJECTED_BY_TLS_ALERT: null,
  REJECTED_BY_HTTP_STATUS: null,
  REJECTED_BY_BODY: null,
  REJECTED_BY_CLOSE: null,
  REJECTED_BY_SILENCE: null,
  REJECTED_BY_PROTOCOL: null,
  BYPASS_CLOSED: null,
  CONTROL_REJECTED: 'shut',
  SERVED_CHAIN_EXPIRED: 'served',
  SERVED_CHAIN_UNTRUSTED: 'trust',
  SERVED_NAME_MISMATCH: 'served',
  SERVED_CHAIN_EXPIRES_SOON: 'served',
  SERVED_CHAIN_INCOMPLETE: 'served',
  SERVED_CHAIN_NOT_YET_VALID: 'served',
  SERVED_CHAIN_WRONG_USAGE: 'served',
  SERVED_KEY_WEAK: 'served',
  SERVED_SIGNATURE_WEAK: 'served',
  IDENTITY_UNUSABLE: 'identity',
  IDENTITY_EXPIRES_SOON: 'identity',
  IDENTITY_CHAIN_INCOMPLETE: 'identity',
  IDENTITY_NOT_AN_SVID: 'identity',
  IDENTITY_WEAK: 'identity',
  IDENTITY_ISSUER_NOT_YET_VALID: 'identity',
  UNREACHABLE: 'down',
  TIMED_OUT: 'down',
  NOT_TLS: 'down',
  TLS_INCOMPATIBLE: 'down',
  AMBIGUOUS_ANSWER: 'undecided',
  APPLICATION_FAILS: 'undecided',
  ADDRESS_REFUSED: 'address',
  ALREADY_ACCEPTED: 'implied',
  CONTROL_NOT_ACCEPTED: 'undecided',
  TRUST_BUNDLE_UNUSABLE: 'bundle',
  TRUST_BUNDLE_NOT_READ: 'secret',
  NOT_RUN: 'leftOver',
  RUN_COMPLETED: null,
  RUN_INCOMPLETE: 'run',
  SERVED_CHAIN_CHANGED: 'change',
  NEXT_IDENTITY_REJECTED: 'nextVersion',
  PREVIOUS_IDENTITY_REJECTED: null,
  NO_OTHER_VERSION: null,
  SERVED_CHAIN_SELF_SIGNED: 'served',
  SERVED_CHAIN_REFUSED: 'served',
  SERVED_CHAIN_UNCONFIRMED: 'served',
  SERVED_CHAIN_OUT_OF_ORDER: 'note',
  SERVED_CHAIN_HOLDS_REVOKED: 'note',
  SERVED_CHAIN_UNCOMMON: 'note',
  SERVED_ALGORITHM_UNSUPPORTED: 'served',
  SERVED_CHAINS_DIFFER: 'served',
  SERVED_IDENTITY_MISMATCH: 'served',
  SERVED_CERTIFICATE_REVOKED: 'served',
  SERVED_KEY_CHANGED: 'change',
  SERVED_ISSUER_CHANGED: 'change',
  ACCEPTABLE_CAS_CHANGED: 'acceptableCas',
  SERVED_CERTIFICATE_REISSUED: 'change',
  TRUST_BUNDLE_EXPIRED: 'trust',
  TRUST_BUNDLE_EXPIRES_SOON: 'trust',
  TRUST_BUNDLE_HOLDS_LEAF: 'bundle',
  TRUST_BUNDLE_DAMAGED: 'bundle',
  CRL_EXPIRED: 'crl',
  CRL_EXPIRES_SOON: 'crl',
  CRL_UNUSABLE: 'crl',
  OCSP_STAPLE_EXPIRED: 'staple',
  OCSP_STAPLE_EXPIRES_SOON: 'staple',
  OCSP_STAPLE_INVALID: 'staple',
  OCSP_STAPLE_MISSING: 'staple',
  SERVED_CHAIN_VIOLATES_CONSTRAINTS: 'served',
  SERVED_CHAIN_CRITICAL_EXTENSION: 'served',
  SERVED_CHAIN_MALFORMED: 'served',
  OCSP_STAPLE_UNJUDGED: 'staple',
  RESUMED_IDENTITY_REJECTED: 'shut',
  SESSION_NOT_RESUMED: null,
  INTERMEDIATE_HELD: 'note',
  INTERMEDIATE_REQUIRED: 'note',
  CHECK_REMOVED: 'removed',
  IDENTITY_NOT_READ: 'secret',
  CONFIGURATION_AGREES: null,
  CONFIGURATION_SAYS_ENFORCED: 'configuration',
  CONFIGURATION_SAYS_OPEN: 'configuration',
  CONFIGURATION_PERMISSIVE: 'configuration',
  CONFIGURATION_WITHOUT_POLICY: 'configuration',
  CONFIGURATION_OPTIONAL: 'configuration',
  CONFIGURATION_PASSES_THROUGH: 'configuration',
  CONFIGURATION_ASKS_NOBODY: 'configuration',
  CONFIGURATION_IGNORES_EXPIRY: 'configuration',
  CONFIGURATION_WITHOUT_REVOCATION: 'configuration',
  CONFIGURATION_LEAVES_WAY_IN: 'configuration',
  CONFIGURATION_LACKS_ISSUER: 'configuration',
  CONFIGURATION_TRUSTS_STRANGER: 'configuration',
  CONFIGURATION_REQUESTS_OTHER_CAS: 'configuration',
  CONFIGURATION_RENEWAL_MISSED: 'configuration',
  CONFIGURATION_SAYS_ADMITTED: 'configuration',
  CONFIGURATION_SAYS_REFUSED: 'configuration',
  CONFIGURATION_ADMITS_REFUSED: 'configuration',
  CONFIGURATION_REFUSES_ADMITTED: 'configuration',
  CONFIGURATION_ADMITS_ANYBODY: 'configuration',
  CONFIGURATION_UNDECIDED: 'configuration',
  CONFIGURATION_NOT_COVERING: 'configuration',
  SOURCE_OK: null,
  SOURCE_STALE: 'source',
  SOURCE_UNREADABLE: 'source',
  SOURCE_DAMAGED: 'source',
  ENDPOINT_UNWATCHED: 'source',
};

/** The codes that a cause stands behind: what causes them causes it. Their guide is its guide. */
const SEEN_AS: Readonly<Record<Cause, readonly [Code, ...Code[]]>> = {
  ASKS_BUT_DOES_NOT_VERIFY: ['ACCEPTED_UNTRUSTED_ISSUER'],
  CLIENT_CERTIFICATE_OPTIONAL: ['ACCEPTED_NO_CERTIFICATE'],
  CLIENT_CERTIFICATE_NOT_REQUESTED: ['ACCEPTED_NO_CERTIFICATE'],
  PLAINTEXT_ACCEPTED: ['ACCEPTED_PLAINTEXT'],
  ANY_IDENTITY_ACCEPTED: ['ACCEPTED_FOREIGN_IDENTITY'],
  ENDPOINT_DOWN: ['UNREACHABLE', 'TIMED_OUT'],
  IDENTITY_UNUSABLE: ['IDENTITY_UNUSABLE'],
  TRUST_BUNDLE_STALE: ['SERVED_CHAIN_UNTRUSTED'],
  TRUST_BUNDLE_UNUSABLE: ['TRUST_BUNDLE_UNUSABLE', 'TRUST_BUNDLE_DAMAGED', 'TRUST_BUNDLE_NOT_READ'],
  RUN_INCOMPLETE: ['RUN_INCOMPLETE'],
  FORGED_HEADER_BELIEVED: ['ACCEPTED_FORGED_HEADER'],
  NAME_DECIDES_CLIENT_AUTHENTICATION: ['ACCEPTED_SNI_BYPASS'],
  SESSIONS_SHARED: ['ACCEPTED_RESUMPTION'],
  ANOTHER_WAY_IN: ['ACCEPTED_BYPASS_ADDRESS'],
  CONTROL_REFUSED: ['CONTROL_REJECTED'],
  TRUST_BUNDLE_EXPIRING: ['TRUST_BUNDLE_EXPIRES_SOON', 'TRUST_BUNDLE_EXPIRED'],
  CRL_STALE: ['CRL_EXPIRED', 'CRL_EXPIRES_SOON', 'CRL_UNUSABLE'],
  APPLICATION_FAILS: ['APPLICATION_FAILS'],
  ADDRESS_REFUSED: ['ADDRESS_REFUSED'],
  RESUMPTION_REFUSED: ['RESUMED_IDENTITY_REJECTED'],
  IDENTITY_NOT_READ: ['IDENTITY_NOT_READ'],
};

const guideOf = (code: Code): Guide | null => {
  const name: GuideName | null = code in GUIDE_OF ? GUIDE_OF[code as FixedCode] : 'open';
  return name === null ? null : GUIDES[name];
};

type Part = Pick<Section, 'what' | 'meaning' | 'causes' | 'cures'>;

const codePart = (code: Code): Part => {
  const { verdict, severity, meaning, causes, cures } = explain(code) ?? NOTHING;
  return { what: [`${verdict}, severity ${severity}`], meaning: [meaning], causes, cures };
};
const NOTHING = { verdict: 'pass', severity: 'none', meaning: '', causes: [], cures: [] } as const;

const causePart = (cause: Cause): Part => ({
  what: [`a cause: ${CAUSE_TEXTS[cause].title}`],
  meaning: [CAUSE_TEXTS[cause].meaning],
  causes: CAUSE_TEXTS[cause].causes ?? SEEN_AS[cause].flatMap((code) => codePart(code).causes),
  cures: [wholeCure(CAUSE_TEXTS[cause].cure)],
});

/** What is a cause and a code has both texts, each sentence once. */
const joined = (word: RunbookWord, guide: Guide, parts: readonly Part[]): Section => {
  const all = (of: keyof Part) => [...new Set(parts.flatMap((part) => part[of]))];
  return { word, ...guide, what: all('what'), meaning: all('meaning'), causes: all('causes'), cures: all('cures') };
};

const isCause = (word: string): word is Cause => (CAUSES as readonly string[]).includes(word);
const isCode = (word: string): word is Code => (CODES as readonly string[]).includes(word);

/** The section of a cause, a code or a kind. Null for another word, and for the code of a pass of which nobody is told. */
export const sectionOf = (word: string): Section | null => {
  const kind = NOTIFICATION_KINDS.find((each) => each === word);
  if (kind !== undefined) {
    const { meaning, ...guide } = KIND_TEXTS[kind];
    return { word: kind, ...guide, what: ['a kind of notification'], meaning: [meaning], causes: [], cures: [] };
  }
  const code = isCode(word) ? word : null;
  const cause = isCause(word) ? word : null;
  const guide = guideOf(cause === null ? (code ?? 'ACCEPTED') : SEEN_AS[cause][0]);
  if (guide === null || (cause ?? code) === null) return null;
  const parts = [...(cause === null ? [] : [causePart(cause)]), ...(code === null ? [] : [codePart(code)])];
  return joined(word as RunbookWord, guide, parts);
};
