/** Finds problems of an identity that can be used nevertheless: relying parties or other tools may refuse it for them. */
import type { CertificateFacts } from '../../model/certificate.ts';
import type { Identity } from '../../model/registry.ts';
import { DAY, type Instant } from '../../model/time.ts';
import { type Expiry, isWithin } from '../served/chain.ts';
import { certificateOf, isSelfSigned, shortName } from '../x509/certificate.ts';
import { isWeakKey, keyText, weakSignature } from '../x509/key-strength.ts';
import { isSpiffeId, svidProblems } from '../x509/svid.ts';
import type { Credentials } from './identity.ts';

export type IdentityProblem = {
  readonly code:
    | 'IDENTITY_ISSUER_NOT_YET_VALID'
    | 'IDENTITY_EXPIRES_SOON'
    | 'IDENTITY_CHAIN_INCOMPLETE'
    | 'IDENTITY_NOT_AN_SVID'
    | 'IDENTITY_WEAK';
  /** The problem, as words that follow the identity's name: `expires in 3.0 days …`. */
  readonly message: string;
  /** Of `IDENTITY_EXPIRES_SOON`. */
  readonly ends?: { readonly at: Instant };
};

type Subject = Pick<Identity, 'principal' | 'fault'>;

/** Returns the problems, most urgent first. `chainProblem` checks whether the chain is complete. */
export const preflight = (
  { chain }: Pick<Credentials, 'chain'>,
  { principal, fault }: Subject,
  expiry: Expiry,
  now: Instant,
): readonly IdentityProblem[] => {
  const [leaf] = chain;
  if (leaf === undefined) return [];
  const svid = isSpiffeId(principal) ? svidProblems(leaf, principal) : [];
  // The expiry of a leaf with the fault `expired` is not reported.
  const dated = chain.filter((each) => (each === leaf ? fault !== 'expired' : !isSelfSigned(certificateOf(each))));
  const ends = dated
    .flatMap((each) => endOf(each, each === leaf, expiry, now))
    .toSorted((one, other) => one.at - other.at);
  return [
    ...chain.slice(1).flatMap((each) => beginningOf(each, now)),
    ...ends.slice(0, 1).map(({ message, at }) => ({ code: 'IDENTITY_EXPIRES_SOON', message, ends: { at } }) as const),
    ...(svid.length === 0 ? [] : [{ code: 'IDENTITY_NOT_AN_SVID', message: svid.join('; it ') } as const]),
    ...chain.flatMap(weaknesses),
  ];
};

const endOf = (facts: CertificateFacts, isLeaf: boolean, expiry: Expiry, now: Instant) => {
  const who = isLeaf ? '' : `has an issuer, ${shortName(facts)}, that `;
  const at = new Date(facts.notAfter).toISOString();
  if (facts.notAfter < now) return [{ at: facts.notAfter, message: `${who}expired at ${at}` }];
  if (!isWithin(facts, expiry.warn, now)) return [];
  const left = ((facts.notAfter - now) / DAY).toFixed(1);
  const late = isWithin(facts, expiry.critical, now) ? ', which is past `expiry.critical`' : '';
  return [{ at: facts.notAfter, message: `${who}expires in ${left} days, at ${at}${late}` }];
};

/**
 * Reports issuers that are not valid yet. Not the leaf: it is unfit, or its fault is declared. Not a root: relying parties use their own copy and
 * ignore the dates of this one.
 */
const beginningOf = (facts: CertificateFacts, now: Instant): readonly IdentityProblem[] => {
  if (facts.notBefore <= now || isSelfSigned(certificateOf(facts))) return [];
  const at = new Date(facts.notBefore).toISOString();
  const message = `has an issuer, ${shortName(facts)}, that is not valid before ${at}`;
  return [{ code: 'IDENTITY_ISSUER_NOT_YET_VALID', message }];
};

const weaknesses = (facts: CertificateFacts, index: number): readonly IdentityProblem[] => {
  const certificate = certificateOf(facts);
  const who = index === 0 ? 'has' : `has an issuer, ${shortName(facts)}, with`;
  const signature = weakSignature(certificate);
  return [
    ...(isWeakKey(certificate) ? [`${who} a short key (${keyText(certificate)})`] : []),
    ...(signature === null ? [] : [`${who} a signature with ${signature}, which relying parties refuse`]),
  ].map((message) => ({ code: 'IDENTITY_WEAK', message }));
};
