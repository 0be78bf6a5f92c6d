/** Node's https without the session id context that it names by itself: what users of OpenSSL get who name none (SSL_CTX_set_session_id_context(3)). */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { createSecureContext, type TLSSocket } from 'node:tls';
import type { PkiFiles } from '../../../functions/cli/demo/pki.ts';
import { principalOf } from '../../../shared/pki/test-pki/lab-pki.ts';
import { HOST, type Running } from './lab-server.ts';

export const withoutSessionContext = async (files: PkiFiles): Promise<Running> => {
  const { certificate, privateKey } = files.server('good');
  const read = (file: string) => readFile(file, 'utf8');
  const [cert, key, ca, crl] = await Promise.all([certificate, privateKey, files.ca, files.crl].map(read));
  const tls = { cert, key, ca, crl: crl?.split(/(?<=-----END X509 CRL-----\n)/) } as object;
  const server = createServer({ ...tls, requestCert: true, rejectUnauthorized: true }, ({ socket }, response) => {
    const named = (socket as TLSSocket).getPeerCertificate().subjectaltname === `URI:${principalOf('payments')}`;
    response.writeHead(named ? 200 : 403).end(named ? 'payments: ok\n' : 'forbidden\n');
  });
  // tls.Server hands each connection the context that it made, with a session id context from the command line.
  Object.assign(server, { _sharedCreds: createSecureContext(tls) });
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of open) socket.destroy();
    });
  return { port: (server.address() as AddressInfo).port, stop };
};
