/** OpenSSL's verdict on the chain of a handshake (X509_verify_cert: purpose sslserver, the context's store as trust). */
import type { TLSSocket } from 'node:tls';
import type { ChainVerified } from '../model/probe.ts';
import { shown } from '../protocol/speaker.ts';

const LONGEST = 100;

/**
 * Call it once the server's certificate has come. Null for a resumed session, which repeats the verdict of an earlier handshake (RFC 8446 §2.2).
 *
 * Node's own field: `authorizationError` has no value before `secureConnect`, which never comes where TLS 1.2 ends for want of a client certificate,
 * and no words for the rules in question (`UNSPECIFIED`). In a version of Node without the field there is no verdict, which is no agreement.
 */
export const chainVerified = (socket: TLSSocket): ChainVerified | null => {
  const handle: unknown = Reflect.get(socket, '_handle');
  if (!isVerifier(handle) || socket.isSessionReused()) return null;
  const error = handle.verifyError();
  if (error === null || error === undefined) return true;
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  return { code: shown(String(code), LONGEST), reason: shown(String(message), LONGEST), at: Date.now() };
};

/**
 * Lets the handle make its errors without a stack trace, which nobody reads and which costs more than the error. node:tls asks for one in each handshake
 * whose chain OpenSSL does not verify: in each where a certificate is presented, since these contexts hold no trust anchors.
 */
export const withoutStacks = (socket: TLSSocket): void => {
  const handle: unknown = Reflect.get(socket, '_handle');
  if (!isVerifier(handle)) return;
  const { verifyError } = handle;
  const own = (): unknown => {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      return verifyError.call(handle);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  };
  Object.assign(handle, { verifyError: own });
};

const isVerifier = (handle: unknown): handle is { readonly verifyError: () => unknown } =>
  typeof handle === 'object' && handle !== null && 'verifyError' in handle && typeof handle.verifyError === 'function';
