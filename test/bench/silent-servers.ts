/** Servers of `silent.ts`, all in one process: sound ones, open ones, and the ways in which a server can hang. */
import { createServer, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket, type TlsOptions } from 'node:tls';
import fc from 'fast-check';
import { listen, type Peer, peer } from '../helpers/peers.ts';
import { act, steps } from '../long/hostile-steps.ts';

/** The same sequences in each run. */
const SEED = 14;
const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const nothing = (): void => {};

export type Kind = { readonly name: string; readonly hangs: boolean; readonly silenceRefuses?: true };
export type Started = Kind & Peer;

const drip = (socket: Socket, text: string): void => {
  let at = 0;
  const timer = setInterval(() => {
    socket.write(text[at % text.length] ?? '');
    at += 1;
  }, 500);
  socket.on('close', () => clearInterval(timer));
};

/** `admitted`: the client's certificate is verified and bears the admitted name. */
type Behaviour = (socket: TLSSocket, admitted: boolean) => void;

const overTls = (options: TlsOptions, behaviour: Behaviour): Promise<Peer> => {
  const server = createTlsServer({ ...options, requestCert: true, rejectUnauthorized: false }, (socket) => {
    socket.on('error', nothing);
    const { authorized } = socket;
    behaviour(socket, authorized && String(socket.getPeerCertificate().subjectaltname).includes('payments'));
  });
  server.on('tlsClientError', nothing);
  return listen(server);
};

const answerTo = (socket: TLSSocket, text: string) => socket.once('data', () => socket.end(text));
const REFUSAL = 'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n';

const HANGING: Readonly<Record<string, (options: TlsOptions) => Promise<Peer>>> = {
  'accepts, says nothing': () => peer(nothing),
  'drips bytes': () => peer((socket) => drip(socket, '\x16\x03\x03\x40\x00')),
  'handshake, says nothing': (options) => overTls(options, nothing),
  'handshake, drips': (options) => overTls(options, (socket) => drip(socket, 'HTTP/1.1 200 OK\r\nx: ')),
  'silent for bad clients': (options) =>
    overTls(options, (socket, admitted) => (admitted ? answerTo(socket, ANSWER) : undefined)),
  'refuses by silence': (options) =>
    overTls(options, (socket, admitted) => (admitted ? answerTo(socket, ANSWER) : undefined)),
  'refuses after 1 s': (options) =>
    overTls(options, (socket, admitted) =>
      admitted ? answerTo(socket, ANSWER) : setTimeout(() => socket.destroy(), 1_000),
    ),
  'answers after 0.5 s': (options) =>
    overTls(options, (socket, admitted) => setTimeout(() => socket.end(admitted ? ANSWER : REFUSAL), 500)),
};

const hostile = (): Promise<Peer> => {
  const [sequence = []] = fc.sample(steps, { numRuns: 1, seed: SEED });
  return listen(createServer((socket) => void act(socket, sequence)));
};

export const startServers = async (options: TlsOptions, sound: number, rounds: number): Promise<readonly Started[]> => {
  const started: Started[] = [];
  for (let at = 0; at < sound; at += 1) {
    const isOpen = at % 10 === 9;
    const up = await overTls(options, (socket, admitted) => answerTo(socket, isOpen || admitted ? ANSWER : REFUSAL));
    started.push({ ...up, name: isOpen ? 'open' : 'sound', hangs: false });
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, start] of Object.entries(HANGING)) {
      const up = await start(options);
      started.push({ ...up, name, hangs: true, ...(name === 'refuses by silence' ? { silenceRefuses: true } : {}) });
    }
    started.push({ ...(await hostile()), name: 'hostile bytes', hangs: true });
  }
  return started;
};
