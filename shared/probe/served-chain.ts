import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { CertificateFacts } from '../model/certificate.ts';
import { certificateFacts } from '../pki/x509/certificate.ts';

/** OpenSSL takes 100 KB of certificates from a peer: more than this are not meant to be read. */
const MAX_CHAIN = 100;
const REMEMBERED = 2_000;
const remembered = new Map<string, CertificateFacts>();

/** Fleets serve the same few certificates over and over: each is parsed once. */
const factsOf = (certificate: X509Certificate): CertificateFacts => {
  const known = remembered.get(certificate.fingerprint256);
  if (known !== undefined) return known;
  if (remembered.size >= REMEMBERED) remembered.clear();
  const facts = certificateFacts(certificate);
  remembered.set(certificate.fingerprint256, facts);
  return facts;
};

/**
 * The certificates as the server sent them, leaf first; empty where the handshake did not get that far. To be kept: node:crypto takes them out of the
 * handshake, and a second call finds none.
 */
export const readServedChain = (socket: TLSSocket): readonly CertificateFacts[] => {
  const chain: CertificateFacts[] = [];
  try {
    let next: X509Certificate | undefined = socket.getPeerX509Certificate();
    while (next !== undefined && chain.length < MAX_CHAIN) {
      chain.push(factsOf(next));
      next = next.issuerCertificate;
    }
  } catch {
    // A certificate that node:crypto cannot read ends the chain: what came before it is still true.
  }
  return chain;
};
