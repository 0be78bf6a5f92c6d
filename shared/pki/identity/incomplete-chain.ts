/**
 * Checks whether an identity's file contains every intermediate that a relying party needs. The registry's bundles contain the CAs of *servers*;
 * another CA may issue client certificates. A chain is therefore reported as incomplete only when the missing intermediate is known: another
 * identity's file contains it, and it leads to a bundle of an endpoint that uses this identity, or to the CA in the identity's own secret. An
 * unknown issuer is not reported.
 */
import type { X509Certificate } from 'node:crypto';
import {
  certificateFacts,
  certificateOf,
  isAnchoredBy,
  isIssuedBy,
  isSelfSigned,
  shortName,
} from '../x509/certificate.ts';
import type { Credentials } from './identity.ts';
import type { IdentityProblem } from './preflight.ts';

export type Surroundings = {
  /** Trust anchors of the endpoints that use the identity. */
  readonly anchors: readonly X509Certificate[];
  /** Intermediates in other identities' files. */
  readonly known: readonly X509Certificate[];
};

/** Returns the certificates other than leaves in other files, without duplicates. */
export const knownIssuers = (all: readonly Pick<Credentials, 'chain'>[]): Surroundings['known'] => {
  const issuers = all.flatMap(({ chain }) => chain.slice(1));
  return [...new Map(issuers.map((each) => [each.sha256, each])).values()].map(certificateOf);
};

export const chainProblem = (
  { chain, roots = [], unlinked = [] }: Pick<Credentials, 'chain' | 'roots' | 'unlinked'>,
  { anchors, known }: Surroundings,
): IdentityProblem | null => {
  const top = chain.at(-1);
  if (top === undefined) return null;
  const trusted = [...anchors, ...roots.map(certificateOf)];
  const wrong = namesake(certificateOf(top), trusted, unlinked.map(certificateOf));
  if (wrong !== null) return wrong;
  const missing = pathTo(certificateOf(top), trusted, known);
  if (missing === null || missing.length === 0) return null;
  const names = missing.map((each) => shortName(certificateFacts(each))).join(', then ');
  return {
    code: 'IDENTITY_CHAIN_INCOMPLETE',
    message: `comes without ${names}: its chain ends at ${shortName(top)}, and a relying party that has only the root cannot verify it`,
  };
};

/** Finds an intermediate that was given a new key under its old name while the file contains the other one; the file alone shows it. */
const namesake = (
  top: X509Certificate,
  anchors: readonly X509Certificate[],
  unlinked: readonly X509Certificate[],
): IdentityProblem | null => {
  const isKnown = isSelfSigned(top) || anchors.some((anchor) => isAnchoredBy(top, anchor));
  const named = unlinked.find((each) => each.ca && !isSelfSigned(each) && each.subject === top.issuer);
  if (isKnown || named === undefined) return null;
  return {
    code: 'IDENTITY_CHAIN_INCOMPLETE',
    message: `comes with a ${shortName(certificateFacts(named))} that did not sign ${shortName(certificateFacts(top))}: another CA of the same name did`,
  };
};

/** Returns the certificates between `from` and an anchor; null when no path is known. */
const pathTo = (
  from: X509Certificate,
  anchors: readonly X509Certificate[],
  known: readonly X509Certificate[],
): readonly X509Certificate[] | null => {
  const path: X509Certificate[] = [];
  for (let top = from; ; ) {
    if (isSelfSigned(top)) return path;
    if (anchors.some((anchor) => anchor.fingerprint256 === top.fingerprint256 || isAnchoredBy(top, anchor)))
      return path;
    const next = known.find((each) => !path.includes(each) && !isSelfSigned(each) && isIssuedBy(top, each));
    if (next === undefined) return null;
    path.push(next);
    top = next;
  }
};
