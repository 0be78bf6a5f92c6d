/** Open relying parties that once looked secure: whatever they do, nothing here may pass for a refusal that is none. */
import { readFile, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer, type TLSSocket, type TlsOptions } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CheckResult } from '../../shared/model/report.ts';
import { DAY } from '../../shared/model/time.ts';
import { issue } from '../../shared/pki/mint/issue.ts';
import { listen, type Peer, peer } from '../helpers/peers.ts';
import { type PkiOnDisk, pkiOnDisk } from '../helpers/pki.ts';
import { checkLab, labRegistry } from '../helpers/registry.ts';

const CONTROL_ONLY = 1;
const INTERNAL_ERROR = Buffer.from([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 80]);

let lab: PkiOnDisk;
let checks: readonly CheckResult[] = [];
const peers: Peer[] = [];

const keep = async (starting: Promise<Peer>): Promise<Peer> => {
  const started = await starting;
  peers.push(started);
  return started;
};

const answer = (socket: TLSSocket, open: boolean) =>
  void socket.once('data', () =>
    socket.end(`HTTP/1.1 ${open ? '200 OK' : '400 Bad Request'}\r\nContent-Length: 0\r\n\r\n`),
  );

const relyingParty = async (options: TlsOptions, behave: (socket: TLSSocket) => void): Promise<Peer> => {
  const { certificate, privateKey } = lab.files.server('good');
  const [cert, key, ca] = await Promise.all([certificate, privateKey, lab.files.ca].map((file) => readFile(file)));
  const server = createServer({ cert, key, ca, requestCert: true, rejectUnauthorized: false, ...options }, (socket) =>
    behave(socket.on('error', () => {})),
  );
  return keep(listen(server.on('tlsClientError', () => {})));
};

/** In front of one that is open to everybody: lets the first connection through and treats the others its own way. */
const inFront = async (treat: (socket: Socket) => void): Promise<Peer> => {
  const { port } = await relyingParty({}, (socket) => answer(socket, true));
  let count = 0;
  return keep(
    peer((socket) => {
      count += 1;
      if (count > CONTROL_ONLY) return treat(socket);
      const behind = connect(port, '127.0.0.1').on('error', () => socket.destroy());
      socket.pipe(behind).pipe(socket);
    }),
  );
};

/** The lab's identities are ECDSA; this one of its root is not. */
const rsaIdentity = async () => {
  const now = Date.now();
  const validity = { notBefore: now - DAY, notAfter: now + 90 * DAY };
  const { certificatePem, privateKey } = await issue(
    { subject: 'CN=orders, O=Lab', validity, keyKind: 'rsa-2048', extendedKeyUsage: ['clientAuth'] },
    lab.pki.root,
  );
  const files = { certificate: join(lab.files.directory, 'rsa.crt'), privateKey: join(lab.files.directory, 'rsa.key') };
  await writeFile(files.certificate, certificatePem);
  await writeFile(files.privateKey, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  return files;
};

const start = async () => {
  const ecdsaOnly = { sigalgs: 'ECDSA+SHA256' } as const;
  return {
    'alerts-without-rsa': await relyingParty(
      { ...ecdsaOnly, maxVersion: 'TLSv1.2', rejectUnauthorized: true },
      (socket) => answer(socket, true),
    ),
    'answers-without-rsa': await relyingParty(ecdsaOnly, (socket) => answer(socket, socket.authorized)),
    'alerts-at-the-hello': await inFront((socket) => void socket.once('data', () => socket.end(INTERNAL_ERROR))),
    stalls: await inFront(() => {}),
  };
};

beforeAll(async () => {
  lab = await pkiOnDisk();
  const running = await start();
  const endpoints = Object.entries(running).map(([name, { port }]) => ({
    name,
    url: `https://127.0.0.1:${port}/`,
    refuses: ['rsa'],
    rejects: { silence: true },
    skip: [{ scenario: 'plaintext', reason: 'these speak TLS only' }],
  }));
  const registry = JSON.parse(labRegistry(lab.files, endpoints, { timeout: '500ms' }));
  registry.identities = { payments: registry.identities.payments, rsa: await rsaIdentity() };
  checks = (await checkLab(JSON.stringify(registry), lab.files)).report.checks;
});
afterAll(async () => {
  await Promise.all(peers.map(({ stop }) => stop()));
  lab.remove();
});

const of = (endpoint: string, scenario: string) =>
  checks
    .filter((check) => check.endpoint === endpoint && check.scenario === scenario)
    .map(({ verdict, code }) => `${verdict} ${code}`);
const NEGATIVES = ['no-certificate', 'untrusted-issuer', 'self-signed', 'lookalike-issuer', 'foreign-identity'];

describe('an identity whose key the relying party cannot use is never sent', () => {
  test.each(['alerts-without-rsa', 'answers-without-rsa'])('%s: its refusal proves nothing', (name) => {
    expect(of(name, 'valid-identity')).toEqual(['pass ACCEPTED']);
    expect(of(name, 'no-certificate')).toEqual([expect.stringMatching(/^pass REJECTED/)]);
    expect(of(name, 'foreign-identity')).toEqual(['inconclusive IDENTITY_UNUSABLE']);
  });
});

describe('what comes before any certificate is no refusal of one', () => {
  test.each([
    ['alerts-at-the-hello', 'inconclusive AMBIGUOUS_ANSWER'],
    ['stalls', 'inconclusive TIMED_OUT'],
  ])('%s', (name, expected) => {
    expect(of(name, 'valid-identity')).toEqual(['pass ACCEPTED']);
    expect(NEGATIVES.flatMap((scenario) => of(name, scenario))).toEqual(NEGATIVES.map(() => expected));
  });
});
