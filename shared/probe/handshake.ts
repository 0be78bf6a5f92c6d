/** The client’s side of a TLS handshake. */
import type { Duplex } from 'node:stream';
import { connect, type DetailedPeerCertificate, type SecureContext, type TLSSocket } from 'node:tls';
import type { TlsVersion } from '../model/names.ts';
import type { ProbeTarget } from './target.ts';

/**
 * Replaces a socket's `getPeerCertificate`. Where OpenSSL finds no fault, Node hands its result to `checkServerIdentity`, and Node 24 may end the process
 * while it makes that object. Served chains are read by served-chain.ts.
 */
const unread = () => ({}) as DetailedPeerCertificate;

export const connectTls = (
  channel: Duplex,
  secureContext: SecureContext,
  { serverName, offered, speaker, alpn, askStaple = false }: ProbeTarget,
): TLSSocket => {
  const socket = connect({
    socket: channel,
    secureContext,
    // Both sides are judged apart: the library must not drop the connection before the server has judged the client.
    rejectUnauthorized: false,
    // Names are judged apart too; Node would check them after OpenSSL finds no fault.
    checkServerIdentity: () => undefined,
    requestOCSP: askStaple,
    ALPNProtocols: [...(alpn ?? speaker.alpn)],
    ...(serverName === null ? {} : { servername: serverName }),
    // A bare session is offered under any name (session.ts).
    ...(offered === undefined ? {} : { session: offered }),
  });
  socket.getPeerCertificate = unread;
  return socket;
};

export const versionOf = (socket: TLSSocket): TlsVersion | null => {
  const version = socket.getProtocol();
  return version === 'TLSv1.3' ? '1.3' : version === 'TLSv1.2' ? '1.2' : null;
};

/** OpenSSL fills this list while it reads a CertificateRequest; in TLS 1.2 and 1.3 alike. */
export const isCertificateRequested = (socket: TLSSocket): boolean => socket.getSharedSigalgs().length > 0;
