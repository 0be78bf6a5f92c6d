/** Servers that ask for compressed client certificates (RFC 8879): none goes out, and what goes out is read from it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect, createSecureContext, type SecureContext } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Observation } from '../../shared/model/probe.ts';
import { presentedBytes, secureContext } from '../../shared/probe/context.ts';
import { mintDeepPki } from '../helpers/deep-pki.ts';
import { onDisk, type PkiOnDisk } from '../helpers/pki.ts';
import { freePort } from '../helpers/ports.ts';
import { type Checked, checkLab, labRegistry } from '../helpers/registry.ts';
import { ask } from '../helpers/tls-peers.ts';
import { debian13 } from '../setup/debian-13.ts';
import { mismatches, rows, type StartedLab, startLab } from './lab.ts';
import { HOST, startProcess } from './servers/lab-server.ts';

const debian = await debian13();
/** The right ones, and those where anybody gets in. */
const chosen = rows.filter(({ name }) => /^debian-13-.*-(strict|strict-window|yes|optional|verify-2)$/.test(name));

let lab: PkiOnDisk;

beforeAll(async () => {
  lab = await onDisk(await mintDeepPki(Date.now()));
});

afterAll(() => {
  lab.remove();
});

const pings = (context: SecureContext) => async (port: number) => {
  const socket = connect({ port, host: HOST, secureContext: context, rejectUnauthorized: false });
  socket.once('data', () => socket.end());
  socket.write('ping\n');
  expect(await text(socket)).toBe('gnip\n');
};

/** What a server of OpenSSL 3.5 got from a client, by the server's own account: its handshake messages after the hello (or two). */
const received = async (client: (port: number) => Promise<void>): Promise<readonly string[]> => {
  if (!debian.ok) throw new Error(debian.reason);
  const port = await freePort();
  const account = join(lab.files.directory, `messages-${port}`);
  const { certificate, privateKey } = lab.files.server('good');
  const asking = ['-Verify', '3', '-verify_return_error', '-CAfile', lab.files.ca];
  const served = ['-accept', `${HOST}:${port}`, '-cert', certificate, '-key', privateKey];
  const args = ['s_server', '-quiet', '-rev', '-msg', '-msgfile', account, ...served, ...asking];
  const server = await startProcess(...debian.command('openssl', args), port);
  try {
    await client(port);
  } finally {
    await server.stop();
  }
  const messages = (await readFile(account, 'utf8')).matchAll(/^<<< TLS 1\.3, Handshake \[length \w+\], (\w+)/gm);
  return [...messages].map(([, name = '']) => name).filter((name) => name !== 'ClientHello');
};

describe.skipIf(!debian.ok)(`a server of Debian 13 ${debian.ok ? '' : `(${debian.reason})`}`, () => {
  test('gets a compressed certificate from a client that was not forbidden it', async () => {
    const { certificatePem: cert, privateKey } = lab.pki.identities.payments;
    const key = privateKey.export({ format: 'pem', type: 'pkcs8' });
    const messages = await received(pings(createSecureContext({ cert, key, minVersion: 'TLSv1.3' })));
    expect(messages).toEqual(['CompressedCertificate', 'CertificateVerify', 'Finished']);
  });

  test('that a compressed certificate went out is read from it, though fewer bytes did', async () => {
    const { certificatePem: cert, privateKey } = lab.pki.identities.payments;
    const key = privateKey.export({ format: 'pem', type: 'pkcs8' });
    const context = createSecureContext({ cert, key, minVersion: 'TLSv1.3', ca: [] });
    const bytes = presentedBytes(lab.pki.identities.payments);
    let seen: Observation | null = null;
    const messages = await received(async (port) => {
      seen = await ask(port, { presented: 'payments', context, presentedBytes: bytes, timeout: 3000 });
    });
    expect(messages).toEqual(['CompressedCertificate', 'CertificateVerify', 'Finished']);
    expect(seen).toMatchObject({ tls: '1.3', certificateRequested: true, certificateSent: true });
  });

  test.each([
    { version: '1.3', tickets: false },
    { version: '1.3', tickets: true },
    { version: null, tickets: false },
    { version: null, tickets: true },
  ] as const)('gets none from a probe (version $version, tickets $tickets)', async ({ version, tickets }) => {
    const messages = await received(pings(secureContext(lab.pki.identities.payments, version, { tickets })));
    expect(messages).toEqual(['Certificate', 'CertificateVerify', 'Finished']);
  });
});

describe.skipIf(!debian.ok)('an identity with two CAs', () => {
  let started: StartedLab;
  let checked: Checked;

  beforeAll(async () => {
    started = await startLab(lab.files, chosen);
    checked = await checkLab(labRegistry(lab.files, started.endpoints), lab.files);
  }, 120_000);

  afterAll(async () => {
    await started.stop();
  });

  test.each(chosen)('$name: exactly what it does wrong fails, and everything else is certain', (row) => {
    expect(mismatches(checked.report, [row])).toEqual([]);
  });
});

test('every server of Debian 13 on OpenSSL has a row here', () => {
  const programs = new Set(chosen.map(({ program }) => program.name));
  expect(programs.size).toBe(debian.ok ? 9 : 0);
});
