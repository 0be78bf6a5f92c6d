/** Each rule of RFC 5280 §6.1, kept and broken at each place of a path; `test/lab/differential` holds the same chains against other verifiers. */
import { describe, expect, test } from 'vitest';
import { everyChain } from './chains.ts';
import { codesOf } from './ours.ts';

const CONSTRAINTS = ['SERVED_CHAIN_VIOLATES_CONSTRAINTS'];
const CRITICAL = ['SERVED_CHAIN_CRITICAL_EXTENSION'];
const MALFORMED = ['SERVED_CHAIN_MALFORMED'];
const USAGE = ['SERVED_CHAIN_WRONG_USAGE'];
const NAME = ['SERVED_NAME_MISMATCH'];
const UNTRUSTED = ['SERVED_CHAIN_UNTRUSTED'];
const INCOMPLETE = ['SERVED_CHAIN_INCOMPLETE'];
const UNCOMMON = ['SERVED_CHAIN_UNCOMMON'];
const UNSUPPORTED = ['SERVED_ALGORITHM_UNSUPPORTED'];
const ORDER = ['SERVED_CHAIN_OUT_OF_ORDER'];

/** The first that matches a case's name says what is due. */
const DUE: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^date-(usual|2051|never|generalized)-/, []],
  [/^date-(just-)?expired-root/, ['TRUST_BUNDLE_EXPIRED']],
  [/^date-(just-)?expired-/, ['SERVED_CHAIN_EXPIRED']],
  [/^date-early-/, ['SERVED_CHAIN_NOT_YET_VALID']],
  [/^date-(from-|long-)?minutes-|^date-local-/, ['unreadable']],
  [/^date-/, MALFORMED],
  [/^critical-(distribution-points|policies|names)-/, []],
  [/^critical-/, CRITICAL],
  [/^noncritical-|^no-identifiers-/, []],
  [/^twice-(leaf|sub|top|root)/, MALFORMED],
  // OpenSSL holds what it cannot read to have no issuer and to be none.
  [/^unreadable-names-leaf/, [...UNTRUSTED, ...NAME]],
  [/^damaged-root/, []],
  [/^(twice-basic|unreadable|wrong-identifier|damaged|length-negative)-/, UNTRUSTED],
  [/^version-1-leaf/, NAME],
  [/^version-1-root/, []],
  [/^version-1-with-extensions-leaf/, MALFORMED],
  [/^version-1-/, UNTRUSTED],
  [/^extended-(server|both|none|critical)-(leaf|sub|top|root)/, []],
  [/^extended-/, USAGE],
  [/^usage-(none|both|sign)-(sub|top|root)|^usage-(none|both|digital)-leaf/, []],
  [/^usage-(lists|digital)-(sub|top|root)/, UNTRUSTED],
  [/^usage-/, USAGE],
  [/^ca-(true|noncritical)-|^ca-absent-leaf/, []],
  [/^ca-/, UNTRUSTED],
  [/^length-(0-sub|1-sub|1-top|2-|3-|leaf-ca|of-leaf|self-issued)/, []],
  [/^length-(0-top|0-root|1-root)/, CONSTRAINTS],
  [/^policy-root-/, []],
  [/^policy-leaf-[123]-|^policy-(sub|top)-3-|^policy-sub-2-/, []],
  [/^policy-(leaf|sub|top)-\d-all/, []],
  [/^policy-(leaf-0|sub-[01]|top-[012])-(none|leaf-lacks|top-lacks|other)/, CONSTRAINTS],
  [/^policy-(any|mapped|any-leaf|mapped-from-any)$/, []],
  [/^policy-(any-inhibited-(sub|leaf|later)|mapped-not|mapping-inhibited|mapped-any)$/, CONSTRAINTS],
  [
    /^names-(noncritical-)?(dns-(same|parent|dot|case|one-of|all|excluded-elsewhere)|ip-(same|excluded-elsewhere))(-(sub|top|root))?$/,
    [],
  ],
  [/^names-(noncritical-)?(email-(host|box|dot)|uri-(host|dot|excluded-elsewhere)|wildcard-permitted)(-|$)/, []],
  [/^names-(noncritical-)?(directory-(same|case|excluded-elsewhere)|other|registered)(-(sub|top|root))?$/, []],
  [/^names-(of-sub-inside|of-self-issued|own|of-leaf|common-name-(no-host|inside))$/, []],
  [/^names-(minimum|empty)$/, MALFORMED],
  [/^names-/, CONSTRAINTS],
  [/^peer-(wildcard|case|second|address|address-six|empty-subject)$/, []],
  [/^peer-/, NAME],
  [
    /^path-(usual|root-too|leaf-twice|sub-twice|all-twice|stranger-last|(old|early|cross|narrow|short|both-old)-.*(first|last))$/,
    [],
  ],
  [
    /^path-(old-sub-served-new-held|new-sub-served-old-held|cross-both-held|loop|both-roots-held|false-root-first)$/,
    [],
  ],
  [/^path-(top-held|sub-held|sub-and-root-held|leaf-and-root-held|self-signed-held)$/, []],
  [/^path-leaf-held$/, ['TRUST_BUNDLE_HOLDS_LEAF']],
  [/^path-(swapped|root-first|stranger-between|twelve-strangers)$/, ORDER],
  [/^path-(lacks-sub|nothing)$/, INCOMPLETE],
  [/^path-old-sub-only$/, ['SERVED_CHAIN_EXPIRED']],
  [/^path-old-root-held$/, ['TRUST_BUNDLE_EXPIRED']],
  [/^path-self-signed$/, ['SERVED_CHAIN_SELF_SIGNED']],
  [/^path-(narrow|short)-held$/, CONSTRAINTS],
  [/^path-/, UNTRUSTED],
  [/^strength-(rsa-(leaf|sub|top|root)|rsa-1024-root|sha1-root)$/, []],
  [/^strength-rsa-1024/, ['SERVED_KEY_WEAK']],
  [/^strength-sha1/, ['SERVED_SIGNATURE_WEAK']],
  [/^encoding-curve-explicit|^encoding-(algorithms-root|version-4-leaf|length-huge|key-compressed)/, MALFORMED],
  [/^encoding-(algorithms|version-4)-|^encoding-key-unknown-top/, UNTRUSTED],
  [/^encoding-(curve-brainpool-leaf|hash-sha3-(leaf|sub|top))/, UNSUPPORTED],
  [/^encoding-(issuer-(printable|upper|blanks)|curve-(secp256k1|brainpool))/, UNCOMMON],
  [/^encoding-netscape-(client|none)-leaf|^encoding-netscape-ca/, USAGE],
  [
    /^encoding-(issuer-(teletex|ia5|bmp|tab)|key-unknown-leaf)|^encoding-name-(address|uri-(empty|colons|relative|blank)|constructed)/,
    MALFORMED,
  ],
  [/^encoding-/, []],
];

describe('what is said of each chain', () => {
  test.each(everyChain().map((each) => [each.name, each] as const))('%s', (name, each) => {
    const due = DUE.find(([pattern]) => pattern.test(name));
    expect({ name, codes: codesOf(each) }).toEqual({ name, codes: due?.[1] });
  });
});
