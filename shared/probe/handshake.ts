/** Our side of a TLS handshake. */
import type { Duplex } from 'node:stream';
import { connect, type SecureContext, type TLSSocket } from 'node:tls';
import type { TlsVersion } from '../model/names.ts';
import type { ProbeTarget } from './target.ts';

/** In node:tls since 0.11 and in no type declaration. */
const rename = (socket: TLSSocket, serverName: string): void =>
  (socket as TLSSocket & { setServername(name: string): void }).setServername(serverName);

export const connectTls = (
  channel: Duplex,
  secureContext: SecureContext,
  { serverName, offered, speaker, alpn }: ProbeTarget,
): TLSSocket => {
  const name = offered === undefined ? serverName : offered.madeFor;
  const socket = connect({
    socket: channel,
    secureContext,
    // Both sides are judged apart: the library must not drop the connection before the server has judged the client.
    rejectUnauthorized: false,
    ALPNProtocols: [...(alpn ?? speaker.alpn)],
    ...(name === null ? {} : { servername: name }),
    ...(offered === undefined ? {} : { session: offered.session }),
  });
  // Node binds a session to the name it was made for and offers it under no other: the name changes afterwards.
  if (offered !== undefined && serverName !== null && serverName !== name) rename(socket, serverName);
  return socket;
};

export const versionOf = (socket: TLSSocket): TlsVersion | null => {
  const version = socket.getProtocol();
  return version === 'TLSv1.3' ? '1.3' : version === 'TLSv1.2' ? '1.2' : null;
};

/** OpenSSL fills this list while it reads a CertificateRequest; in TLS 1.2 and 1.3 alike. */
export const isCertificateRequested = (socket: TLSSocket): boolean => socket.getSharedSigalgs().length > 0;
