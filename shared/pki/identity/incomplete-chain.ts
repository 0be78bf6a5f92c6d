/**
 * Whether an identity's file holds all that a relying party needs to reach its trust anchor. The registry's bundles say which CAs *servers* have;
 * whoever issues clients may be somebody else. So a chain is called incomplete only where what is missing is known: another identity's file has
 * the intermediate, and that one leads to a bundle of an endpoint that uses this identity (or to the CA that came in its own secret). An issuer
 * that nobody here knows is no fault.
 */
import { X509Certificate } from 'node:crypto';
import type { CertificateFacts } from '../../model/certificate.ts';
import { certificateFacts, isAnchoredBy, isIssuedBy, isSelfSigned, shortName } from '../x509/certificate.ts';
import type { Credentials } from './identity.ts';
import type { IdentityProblem } from './preflight.ts';

export type Surroundings = {
  /** Of the endpoints that use it. */
  readonly anchors: readonly X509Certificate[];
  /** Intermediates in the files of other identities. */
  readonly known: readonly X509Certificate[];
};

/** What other files hold beside their leaves, each once. */
export const knownIssuers = (all: readonly Pick<Credentials, 'chain'>[]): Surroundings['known'] => {
  const issuers = all.flatMap(({ chain }) => chain.slice(1));
  return [...new Map(issuers.map((each) => [each.sha256, each])).values()].map(parse);
};

const parse = ({ der }: CertificateFacts): X509Certificate => new X509Certificate(der);

export const chainProblem = (
  { chain, roots = [], unlinked = [] }: Pick<Credentials, 'chain' | 'roots' | 'unlinked'>,
  { anchors, known }: Surroundings,
): IdentityProblem | null => {
  const top = chain.at(-1);
  if (top === undefined) return null;
  const trusted = [...anchors, ...roots.map(parse)];
  const wrong = namesake(parse(top), trusted, unlinked.map(parse));
  if (wrong !== null) return wrong;
  const missing = pathTo(parse(top), trusted, known);
  if (missing === null || missing.length === 0) return null;
  const names = missing.map((each) => shortName(certificateFacts(each))).join(', then ');
  return {
    code: 'IDENTITY_CHAIN_INCOMPLETE',
    message: `comes without ${names}: its chain ends at ${shortName(top)}, and a relying party that has only the root cannot verify it`,
  };
};

/** An intermediate was given a new key under its old name, and the file has the wrong one of the two: seen in the file itself. */
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

/** The certificates between `from` and an anchor; null where no path is known. */
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
