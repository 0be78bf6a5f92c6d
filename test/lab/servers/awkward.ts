/** Peers that no honest relying party is: what a monitor meets on a bad day. */
import { readFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import type { PkiFiles } from '../../../functions/cli/demo/pki.ts';
import { HOST, type Running } from './lab-server.ts';

type Listener = ReturnType<typeof createServer>;

const listening = async (server: Listener): Promise<Running> => {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.on('error', () => {}).once('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, HOST, resolve));
  const address = server.address();
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of open) socket.destroy();
    });
  return { port: typeof address === 'object' && address !== null ? address.port : 0, stop };
};

const tcp = (behave: (socket: Socket) => void) => listening(createServer(behave));

/** A handshake that lets everybody in; what follows is the peer's own. */
const tls = async (files: PkiFiles, behave: (socket: TLSSocket) => void): Promise<Running> => {
  const { certificate, privateKey } = files.server('good');
  const options = {
    cert: await readFile(certificate),
    key: await readFile(privateKey),
    requestCert: true,
    rejectUnauthorized: false,
  };
  const server = createTlsServer(options, (socket) => behave(socket.on('error', () => {})));
  return listening(server.on('tlsClientError', () => {}));
};

export const speaksSsh = () => tcp((socket) => socket.write('SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n'));
export const neverAnswers = () => tcp(() => {});
export const closesAtAccept = () => tcp((socket) => socket.end());
export const resetsAtAccept = () => tcp((socket) => socket.resetAndDestroy());
export const closesAfterHandshake = (files: PkiFiles) => tls(files, (socket) => socket.destroy());
export const endsAfterHalfAStatusLine = (files: PkiFiles) => tls(files, (socket) => socket.end('HTTP/1.'));
export const stopsAfterHalfAStatusLine = (files: PkiFiles) => tls(files, (socket) => socket.write('HTTP/1.'));
export const dripsOneByteASecond = (files: PkiFiles) =>
  tls(files, (socket) => {
    const drip = [...`HTTP/1.1 200 OK\r\nx-long: ${'x'.repeat(1000)}`];
    const timer = setInterval(() => socket.write(drip.shift() ?? 'x'), 1000);
    socket.once('close', () => clearInterval(timer));
  });

/** In front of a relying party: whatever that says after the client's second flight (under TLS 1.3 its TLS alert, or its answer) comes late. */
export const answersLate = (port: number, delayMs: number): Promise<Running> =>
  tcp((client) => {
    const server = connect(port, HOST).on('error', () => client.destroy());
    let flights = 0;
    const later = (act: () => void) => setTimeout(act, flights > 1 ? delayMs : 0);
    client.on('data', (chunk) => {
      flights += 1;
      server.write(chunk);
    });
    server.on('data', (chunk) => later(() => client.write(chunk)));
    server.on('close', () => later(() => client.end()));
    client.on('close', () => server.destroy());
  });
