/**
 * Finds the certificate that OpenSSL takes for an issuer in place of the one on the best path. OpenSSL looks for an issuer by name and key
 * identifier, in the trust store before the served chain, and tries no other when the path through the first leads nowhere.
 */
import type { X509Certificate } from 'node:crypto';
import type { CertificateFacts } from '../../model/certificate.ts';
import type { Instant } from '../../model/time.ts';
import { certificateFacts, certificateOf, shortName } from '../x509/certificate.ts';
import type { Trusted } from './trust-path.ts';

/** `words`: the certificate and its place. `cure`: what takes it out of the way. */
export type Rival = { readonly words: string; readonly cure: string };

type Given = {
  readonly chain: readonly CertificateFacts[];
  readonly bundle: readonly X509Certificate[];
  readonly bundleName: string;
  /** The moment of OpenSSL's verdict: of several served namesakes it takes the first that is in date. */
  readonly at: Instant;
};

const isInDate = ({ notBefore, notAfter }: CertificateFacts, at: Instant): boolean => notBefore <= at && at <= notAfter;

const ofBundle = (facts: CertificateFacts, name: string): Rival => {
  const words = `${shortName(facts)} (SHA-256 ${facts.sha256.slice(0, 16)}…) of the trust bundle ${name}`;
  return { words, cure: `Take ${words} out of it: another certificate of that name leads to its root.` };
};

const ofChain = (facts: CertificateFacts, index: number): Rival => {
  const words = `certificate ${index + 1} of the served chain (${shortName(facts)}, issued by ${facts.issuer})`;
  return { words, cure: `Take ${words} out of it, or serve it behind the other certificate of that name.` };
};

/** Returns the rival nearest to the leaf; null where there is none. */
export const rivalIssuer = ({ path, anchors }: Trusted, { chain, bundle, bundleName, at }: Given): Rival | null => {
  const own = new Set([...path.map(({ sha256 }) => sha256), ...anchors.map((each) => certificateFacts(each).sha256)]);
  for (const [index, facts] of path.entries()) {
    const child = certificateOf(facts);
    const chosen = path[index + 1];
    const held = bundle.find((each) => child.checkIssued(each) && !own.has(certificateFacts(each).sha256));
    if (held !== undefined) return ofBundle(certificateFacts(held), bundleName);
    if (chosen === undefined) continue;
    const before = chain.slice(
      1,
      chain.findIndex(({ sha256 }) => sha256 === chosen.sha256),
    );
    const served = before.find(
      (each) => !own.has(each.sha256) && isInDate(each, at) && child.checkIssued(certificateOf(each)),
    );
    if (served !== undefined) return ofChain(served, chain.indexOf(served));
  }
  return null;
};
