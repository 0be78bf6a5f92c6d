/** HTTP/2, agreed on by ALPN: what speaks HTTP/1.1 as well, and Node's http2, which speaks nothing else. */
import { readFile } from 'node:fs/promises';
import { createSecureServer, type ServerHttp2Session } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import type { PkiFiles } from '../../../functions/cli/demo/pki.ts';
import { EVERY_BAD_CERTIFICATE } from '../../../functions/cli/demo/servers.ts';
import { principalOf } from '../../../shared/pki/test-pki/lab-pki.ts';
import { envoy } from './envoy.ts';
import { go } from './go.ts';
import { HOST, type LabMode, type LabProgram, type Running } from './lab-server.ts';
import { nginx } from './nginx.ts';

const endpoint = { http: { version: 2 } };

/** What another listener or another TLS configuration of theirs does not offer. */
const HTTP1_ONLY: readonly string[] = ['go permissive', 'go lax-in-tls12'];
/** Go ends an aborted handler's stream with INTERNAL_ERROR, which may as well be a fault. */
const IN_HTTP2: Readonly<Record<string, Partial<LabMode>>> = { 'go closes': { unsure: ['AMBIGUOUS_ANSWER'] } };

const overHttp2 = (program: LabProgram): LabProgram => ({
  ...program,
  name: `${program.name}-h2`,
  modes: program.modes
    .filter(({ name }) => !HTTP1_ONLY.includes(`${program.name} ${name}`))
    .map((mode) => ({
      ...mode,
      endpoint: { ...mode.endpoint, ...endpoint },
      ...IN_HTTP2[`${program.name} ${mode.name}`],
    })),
});

/** Node reads the first CRL of a PEM text only. */
const listsOf = (pem: string): string[] => pem.split(/(?<=-----END X509 CRL-----\n)/);

const isPayments = (socket: TLSSocket): boolean =>
  socket.getPeerCertificate().subjectaltname === `URI:${principalOf('payments')}`;

const startHttp2 = async (mode: string, files: PkiFiles): Promise<Running> => {
  const { certificate, privateKey } = files.server('good');
  const strict = mode === 'strict';
  const server = createSecureServer({
    cert: await readFile(certificate),
    key: await readFile(privateKey),
    // Where anybody gets in, the real issuer must be unknown too (see the demo's Node server).
    ca: await readFile(strict ? files.ca : files.otherCa),
    ...(strict ? { crl: listsOf(await readFile(files.crl, 'utf8')) } : {}),
    requestCert: true,
    rejectUnauthorized: strict,
  });
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => {}).once('close', () => sessions.delete(session));
  });
  server.on('stream', (stream) => {
    const admitted = !strict || isPayments(stream.session?.socket as TLSSocket);
    stream.on('error', () => {}).respond({ ':status': admitted ? 200 : 403 });
    stream.end(admitted ? 'payments: ok\n' : 'forbidden\n');
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, HOST, resolve));
  const address = server.address();
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const session of sessions) session.destroy();
    });
  return { port: typeof address === 'object' && address !== null ? address.port : 0, stop };
};

const nodeHttp2: LabProgram = {
  name: 'node-h2',
  modes: [
    { name: 'strict', fails: [], isolates: true, endpoint },
    { name: 'asks', fails: ['ACCEPTED_NO_CERTIFICATE', ...EVERY_BAD_CERTIFICATE], isolates: false, endpoint },
  ],
  version: async () => `node ${process.versions.node}`,
  start: startHttp2,
};

export const HTTP2_PROGRAMS: readonly LabProgram[] = [...[nginx, envoy, go].map(overHttp2), nodeHttp2];
