import { hash, X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { CertificateFacts } from '../model/certificate.ts';
import { certificateFacts } from '../pki/x509/certificate.ts';
import { Remembered } from './remembered.ts';
import type { Listed } from './server-flight.ts';

/** OpenSSL accepts 100 KB of certificates from a peer; a list with more certificates than this is not read whole. */
export const MAX_CHAIN = 100;
/** Bytes of DER: some three thousand certificates of a usual size, and no more memory than this where a server sends a new one each time. */
const MOST_REMEMBERED = 4_194_304;
const remembered = new Remembered<CertificateFacts>(MOST_REMEMBERED);

/** Fleets serve the same few certificates over and over: each is parsed once. Throws node:crypto's error for bytes that are no certificate. */
const factsOf = (der: Uint8Array): CertificateFacts => {
  const name = hash('sha256', der, 'hex');
  const known = remembered.get(name);
  if (known !== undefined) return known;
  const facts = certificateFacts(new X509Certificate(der));
  remembered.add(name, facts, der.length);
  return facts;
};

/**
 * The chain as node:tls keeps it. Node 24 never frees the intermediates of such a list (5.8 KB each), but `getPeerCertificate` may end the process
 * (handshake.ts).
 */
const kept = (socket: TLSSocket): readonly Uint8Array[] => {
  const found: Uint8Array[] = [];
  let next = socket.getPeerX509Certificate();
  while (next !== undefined && found.length < MAX_CHAIN) {
    found.push(next.raw);
    next = next.issuerCertificate;
  }
  return found;
};

/**
 * The certificates as the server sent them, leaf first; empty where the handshake did not get that far. Where their bytes cannot be read (a cipher
 * suite that is unknown here), as node:tls keeps them.
 */
export const readServedChain = ({ certificates }: Listed, socket: TLSSocket): readonly CertificateFacts[] => {
  const chain: CertificateFacts[] = [];
  try {
    for (const der of certificates ?? kept(socket)) chain.push(factsOf(der));
  } catch {
    // A certificate that node:crypto cannot read ends the chain: what came before it is still true.
  }
  return chain;
};
