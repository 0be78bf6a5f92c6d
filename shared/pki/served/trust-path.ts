/** Whether signatures lead from a served chain to a trust bundle (RFC 5280 §6.1). */
import { X509Certificate } from 'node:crypto';
import type { CertificateFacts } from '../../model/certificate.ts';
import type { FixedCode } from '../../model/names.ts';
import { certificateFacts, isAnchor, isAnchoredBy, isIssuedBy, isSelfSigned, shortName } from '../x509/certificate.ts';

export type ChainProblem = {
  readonly code: FixedCode;
  readonly message: string;
  /** Where it is nearer than its code says: past `expiry.critical`. */
  readonly critical?: boolean;
  /** What is to be repaired, where that is nothing of the server's own: a CA of a trust bundle, a CRL. */
  readonly about?: string;
  /** What mends it, where that is nearer than the cures of its code. */
  readonly cure?: string;
};

/** Whether signatures lead from the leaf to the bundle (dates, names, usage and key strength do not count), and why not. */
export type TrustPath =
  | {
      readonly trusted: true;
      /** Leaf first, up to the one that the bundle holds or signed. */
      readonly path: readonly CertificateFacts[];
      /** Those of the bundle that the path ends at: itself where the bundle holds it, else each that signed it. */
      readonly anchors: readonly X509Certificate[];
    }
  | { readonly trusted: false; readonly problem: ChainProblem };

export const parse = (facts: CertificateFacts): X509Certificate => new X509Certificate(facts.der);

/** Follows issuers from the leaf, in whatever order they were served, until one that the bundle holds or signed (RFC 5280 §6.1). */
export const trustPath = (chain: readonly CertificateFacts[], bundle: readonly X509Certificate[]): TrustPath => {
  const served = chain.map(parse);
  const anchorsOf = (certificate: X509Certificate) => {
    const held = bundle.filter((anchor) => anchor.fingerprint256 === certificate.fingerprint256);
    const signers = held.some(isAnchor) ? [] : bundle.filter((anchor) => isAnchoredBy(certificate, anchor));
    return signers.length > 0 ? signers : held;
  };
  const factsOf = (certificate: X509Certificate) => chain[served.indexOf(certificate)];
  let top = served[0];
  const passed = new Set<X509Certificate>();
  while (top !== undefined && !passed.has(top)) {
    const current = top;
    passed.add(current);
    const anchors = anchorsOf(current);
    if (anchors.length > 0) return { trusted: true, path: [...passed].flatMap((each) => factsOf(each) ?? []), anchors };
    const next = served.find((candidate) => !passed.has(candidate) && isIssuedBy(current, candidate));
    if (next === undefined) break;
    top = next;
  }
  return { trusted: false, problem: untrusted(chain, served, top, bundle) };
};

const untrusted = (
  chain: readonly CertificateFacts[],
  served: readonly X509Certificate[],
  top: X509Certificate | undefined,
  bundle: readonly X509Certificate[],
): ChainProblem => {
  const facts = top === undefined ? undefined : chain[served.indexOf(top)];
  if (top === undefined || facts === undefined)
    return { code: 'SERVED_CHAIN_UNTRUSTED', message: 'no certificate was served' };
  const [leaf] = bundle.filter((anchor) => !isAnchor(anchor));
  const noCa =
    leaf !== undefined && !bundle.some(isAnchor)
      ? ` (which holds no CA certificate: ${shortName(certificateFacts(leaf))} is a leaf)`
      : '';
  const issuer = `${shortName(facts)} names the issuer ${facts.issuer}`;
  const alone = top === served[0];
  if (isSelfSigned(top))
    return alone
      ? {
          code: 'SERVED_CHAIN_SELF_SIGNED',
          message: `${shortName(facts)} signed itself and is not in the trust bundle${noCa}`,
        }
      : {
          code: 'SERVED_CHAIN_UNTRUSTED',
          message: `the chain ends at ${shortName(facts)}, which is self-signed and not in the trust bundle${noCa}`,
        };
  if (bundle.some((anchor) => anchor.subject === top.issuer && anchor.ca))
    return {
      code: 'SERVED_CHAIN_UNTRUSTED',
      message: `${issuer}, but the CA of that name in the trust bundle did not sign it`,
    };
  if (alone)
    return {
      code: 'SERVED_CHAIN_INCOMPLETE',
      message: `${issuer}, which is neither ${served.length === 1 ? 'served with it' : 'among the others that are served'} nor in the trust bundle${noCa}: the intermediate is missing, or it comes from another CA`,
    };
  return {
    code: 'SERVED_CHAIN_UNTRUSTED',
    message: `the chain ends at ${shortName(facts)}; its issuer ${facts.issuer} is not in the trust bundle${noCa}`,
  };
};
