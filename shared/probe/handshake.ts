/** The client’s side of a TLS handshake. */
import type { Duplex } from 'node:stream';
import { connect, type DetailedPeerCertificate, type SecureContext, type TLSSocket } from 'node:tls';
import type { TlsVersion } from '../model/names.ts';
import type { ProbeTarget } from './target.ts';
import { withoutStacks } from './verification.ts';

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
  withoutStacks(socket);
  return socket;
};

/**
 * Whether facts of a handshake may have changed with a line of its key log. In TLS 1.3 a client derives the server's handshake key before it reads the
 * server's flight, the exporter's key once it has read and verified it, and the others right after that: they show nothing new.
 */
export const showsNews = (line: Buffer): boolean =>
  !/^(?:CLIENT_HANDSHAKE|CLIENT|SERVER)_TRAFFIC/.test(line.toString('latin1', 0, 24));

export const versionOf = (socket: TLSSocket): TlsVersion | null => {
  const version = socket.getProtocol();
  return version === 'TLSv1.3' ? '1.3' : version === 'TLSv1.2' ? '1.2' : null;
};

/** OpenSSL fills this list while it reads a CertificateRequest; in TLS 1.2 and 1.3 alike. */
export const isCertificateRequested = (socket: TLSSocket): boolean => socket.getSharedSigalgs().length > 0;
