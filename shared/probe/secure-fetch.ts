/** Opens the TLS connections of HTTPS requests. */
import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';

/** Node's error code for a certificate of another name. */
const MISNAMED = 'ERR_TLS_CERT_ALTNAME_INVALID';

/** Replaces a socket's `getPeerCertificate`: Node 24 may end the process while it makes that object of a hostile certificate. */
const unread = () => ({});

const misnamed = (host: string): Error =>
  Object.assign(new Error(`the server’s certificate is not valid for ${host}`), { code: MISNAMED });

/**
 * Checks the leaf's names by OpenSSL (X509_check_host(3), X509_check_ip(3)), the common name only where it has no DNS names. Returns an error with
 * Node's code where the certificate has another name or cannot be read. Never throws: Node calls it in an event, where an error ends the process.
 */
export const nameFault = (read: () => X509Certificate | undefined, host: string): Error | undefined => {
  try {
    const leaf = read();
    const name = isIP(host) === 0 ? leaf?.checkHost(host, { partialWildcards: false }) : leaf?.checkIP(host);
    return name === undefined ? misnamed(host) : undefined;
  } catch {
    return misnamed(host);
  }
};

/** Connects as node:https does, with Node's verification of the chain, and with `nameFault` in place of its check of the name. */
export const connectSecurely = (options: { readonly host?: string | null | undefined }): TLSSocket => {
  const host = (options.host ?? '').replace(/\.$/, '');
  const socket: TLSSocket = connect({
    ...(options as ConnectionOptions),
    servername: isIP(host) === 0 ? host : '',
    checkServerIdentity: () => nameFault(() => socket.getPeerX509Certificate(), host),
  });
  return Object.assign(socket, { getPeerCertificate: unread });
};
