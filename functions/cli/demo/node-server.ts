/** A relying party that runs in this process. */

import { readFile } from 'node:fs/promises';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer, type ServerOptions } from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { principalOf } from '../../../shared/pki/test-pki/lab-pki.ts';
import type { PkiFiles } from './pki.ts';
import type { Behaviour } from './servers.ts';

export type Running = { readonly port: number; readonly stop: () => Promise<void> };

export const HOST = '127.0.0.1';
const TLS_RECORD_HANDSHAKE = 0x16;

/** The application behind TLS: 200 for an authorized client, 403 for any other. */
const application =
  ({ clients, authorizes }: Behaviour): RequestListener =>
  ({ socket }, response) => {
    const peer = (socket as TLSSocket).getPeerCertificate?.();
    const presented = peer !== undefined && Object.keys(peer).length > 0;
    const verified = !presented || clients === 'asks' || (socket as TLSSocket).authorized;
    const named = !(presented && authorizes) || peer.subjectaltname === `URI:${principalOf('payments')}`;
    const missing = clients === 'asks' && !presented;
    response.writeHead(verified && named && !missing ? 200 : 403, { 'content-type': 'text/plain' });
    response.end(verified && named && !missing ? 'payments: ok\n' : 'forbidden\n');
  };

/** Splits a PEM text: Node reads only the first CRL of each text. */
const listsOf = (pem: string): string[] => pem.split(/(?<=-----END X509 CRL-----\n)/);

const tlsOptions = async ({ tls, clients, serves }: Behaviour, files: PkiFiles): Promise<ServerOptions> => {
  const { certificate, privateKey } = files.server(serves);
  // A server that accepts any certificate must not know the real issuer: OpenSSL's error queue, left over from a failed signature check, would close some connections.
  const ca = clients === 'asks' ? files.otherCa : files.ca;
  return {
    cert: await readFile(certificate),
    key: await readFile(privateKey),
    ca: await readFile(ca),
    ...(clients === 'asks' ? {} : { crl: listsOf(await readFile(files.crl, 'utf8')) }),
    requestCert: true,
    rejectUnauthorized: clients === 'verified',
    ...(tls === null ? {} : ({ minVersion: `TLSv${tls}`, maxVersion: `TLSv${tls}` } as const)),
  };
};

/** Serves TLS and plain HTTP on one port: the first byte of a TLS record is 22 (RFC 8446 §5.1). */
const sniffing = (secure: Server, plain: Server): Server =>
  createServer((socket: Socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', (chunk: Buffer) => {
      socket.pause();
      socket.unshift(chunk);
      (chunk[0] === TLS_RECORD_HANDSHAKE ? secure : plain).emit('connection', socket);
      process.nextTick(() => socket.resume());
    });
  });

export const startNodeServer = async (behaviour: Behaviour, files: PkiFiles, port = 0): Promise<Running> => {
  const handle = application(behaviour);
  const secure = createHttpsServer(await tlsOptions(behaviour, files), handle);
  const server: Server = behaviour.plaintext ? sniffing(secure, createHttpServer(handle)) : secure;
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, HOST, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
};
