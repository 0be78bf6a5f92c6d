/** Whether signatures lead from a served chain to a trust bundle (RFC 5280 §6.1). */
import { X509Certificate } from 'node:crypto';
import type { CertificateFacts } from '../model/certificate.ts';
import type { FixedCode } from '../model/names.ts';
import { isAnchoredBy, isIssuedBy, isSelfSigned, shortName } from './certificate.ts';

export type ChainProblem = { readonly code: FixedCode; readonly message: string };
/** Whether signatures lead from the leaf to the bundle (dates, names, usage and key strength do not count), and why not. */
export type TrustPath =
  | {
      readonly trusted: true /** Leaf first, up to the one that the bundle holds or signed. */;
      readonly path: readonly CertificateFacts[];
    }
  | { readonly trusted: false; readonly problem: ChainProblem };

export const parse = (facts: CertificateFacts): X509Certificate => new X509Certificate(facts.der);

/** Follows issuers from the leaf, in whatever order they were served, until one that the bundle holds or signed (RFC 5280 §6.1). */
export const trustPath = (chain: readonly CertificateFacts[], bundle: readonly X509Certificate[]): TrustPath => {
  const served = chain.map(parse);
  const anchored = (certificate: X509Certificate) =>
    bundle.some((anchor) => anchor.fingerprint256 === certificate.fingerprint256) ||
    bundle.some((anchor) => isAnchoredBy(certificate, anchor));
  const factsOf = (certificate: X509Certificate) => chain[served.indexOf(certificate)];
  let top = served[0];
  const passed = new Set<X509Certificate>();
  while (top !== undefined && !passed.has(top)) {
    const current = top;
    passed.add(current);
    if (anchored(current)) return { trusted: true, path: [...passed].flatMap((each) => factsOf(each) ?? []) };
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
  if (isSelfSigned(top)) {
    return {
      code: 'SERVED_CHAIN_UNTRUSTED',
      message: `the chain ends at ${shortName(facts)}, which is self-signed and not in the trust bundle`,
    };
  }
  if (bundle.some((anchor) => anchor.subject === top.issuer)) {
    return {
      code: 'SERVED_CHAIN_UNTRUSTED',
      message: `${shortName(facts)} names the issuer ${facts.issuer}, but the CA of that name in the trust bundle did not sign it`,
    };
  }
  if (served.length === 1) {
    return {
      code: 'SERVED_CHAIN_INCOMPLETE',
      message: `${shortName(facts)} is served alone, and its issuer ${facts.issuer} is not in the trust bundle: the intermediate is missing, or it comes from another CA`,
    };
  }
  return {
    code: 'SERVED_CHAIN_UNTRUSTED',
    message: `the chain ends at ${shortName(facts)}; its issuer ${facts.issuer} is not in the trust bundle`,
  };
};
