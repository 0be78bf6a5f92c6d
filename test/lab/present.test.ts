/** `present`: one check of a real server again, with everything that went over its connections, and files for other programs. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PkiOnDisk, pkiOnDisk } from '../helpers/pki.ts';
import { labRegistry, mtlsMonitor } from '../helpers/registry.ts';
import { rows, type StartedLab, startLab } from './lab.ts';

const NAMES = ['node-strict', 'node-any-identity'];
let lab: PkiOnDisk;
let started: StartedLab;
let registry: string;

beforeAll(async () => {
  lab = await pkiOnDisk();
  started = await startLab(
    lab.files,
    rows.filter(({ name }) => NAMES.includes(name)),
  );
  registry = join(lab.files.directory, 'registry.yaml');
  const bypasses = ['http://127.0.0.1:1/'];
  await writeFile(
    registry,
    labRegistry(
      lab.files,
      started.endpoints.map((each) => ({ ...each, bypasses })),
    ),
  );
});

afterAll(async () => {
  await started.stop();
  lab.remove();
});

/** Every run is looked through for keys. */
const present = async (...args: readonly string[]) => {
  const result = await mtlsMonitor('present', ...args, '--registry', registry);
  expect(result.stdout + result.stderr).not.toMatch(/PRIVATE KEY|BEGIN /);
  for (const identity of ['payments', 'orders'] as const)
    expect(result.stdout).not.toContain(readFileSync(lab.files.identity(identity).privateKey, 'utf8').split('\n')[1]);
  return result;
};

test('a refusal is shown with its records, its alert and the certificates, beside the control', async () => {
  const { exitCode, stdout } = await present('node-strict', 'untrusted-issuer#1.2');
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^node-strict\/untrusted-issuer#1\.2 {2}pass {2}REJECTED_BY_/);
  expect(stdout).toMatch(
    /Presented {2}leaf first\n {2}CN=.*\n {4}issuer {3}CN=mtls-monitor untrusted CA.*\n {4}valid .*\n {4}SHA-256 {2}[0-9a-f]{64}\n/,
  );
  expect(stdout).toMatch(
    /Connection 1 {2}untrusted-issuer → 127\.0\.0\.1:\d+, TLS 1\.2, \d+ ms, certificate requested, certificate sent/,
  );
  expect(stdout).toMatch(/→ handshake +\d+ {2}ClientHello\n/);
  expect(stdout).toMatch(/← handshake +\d+ {2}.*CertificateRequest/);
  expect(stdout).toMatch(
    /Connection \d {2}payments → .*\n[\s\S]*sent {6}GET \/healthz HTTP\/1\.1\\r\\n[\s\S]*answered {2}HTTP 200/,
  );
});

test('an acceptance has the exit code of a fail, in JSON too', async () => {
  const { exitCode, stdout } = await present('node-any-identity', 'foreign-identity/orders#1.3', '--format', 'json');
  const { check, presented, connections, result, others, reproduce } = JSON.parse(stdout);
  expect([exitCode, check, result.code]).toEqual([
    1,
    'node-any-identity/foreign-identity/orders#1.3',
    'ACCEPTED_FOREIGN_IDENTITY',
  ]);
  expect(presented.certificates[0]).toMatchObject({ sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(connections.map((each: { presented: string }) => each.presented)).toEqual(
    expect.arrayContaining(['orders', 'payments']),
  );
  expect(connections[0].records[0]).toMatchObject({ from: 'client', type: 'handshake', holds: ['ClientHello'] });
  expect([others, reproduce]).toEqual([[], expect.stringMatching(/^curl /)]);
});

test.each([
  ['no-certificate', 0],
  ['plaintext', 0],
  ['forged-header#1.3', 0],
  ['sni-bypass/unknown#1.2', 0],
  ['resumed-identity', 0],
  ['bypass-address', 0],
  ['served-certificate', 0],
  ['expired', 0],
])('%s is replayed by itself and ends as in a check', async (word, exit) => {
  const { exitCode, stdout } = await present('node-strict', word);
  expect(`${exitCode} ${stdout}`).toMatch(new RegExp(`^${exit} node-strict/${word}\\S* {2}pass {2}`));
});

test('what is written is for its owner only, and openssl reads it as one identity', async () => {
  const folder = join(lab.files.directory, 'written');
  const { exitCode, stdout } = await present(
    'node-strict',
    'lookalike-issuer',
    '--no-connect',
    '--write',
    folder,
    '--address',
    '127.0.0.1:8443',
  );
  expect(exitCode).toBe(0);
  expect(stdout).toContain(`Written  ${folder}: .gitignore, ca.pem, certificate.pem, key.pem`);
  expect(stdout).toMatch(
    /\n {2}curl .*--connect-to ::127\.0\.0\.1:\d+ .*written\/certificate\.pem --key .*written\/key\.pem/,
  );
  expect(readdirSync(folder).toSorted()).toEqual(['.gitignore', 'ca.pem', 'certificate.pem', 'key.pem']);
  const modes = ['.', ...readdirSync(folder)].map((each) => (statSync(join(folder, each)).mode & 0o777).toString(8));
  expect(modes).toEqual(['700', '600', '600', '600', '600']);
  const publicKey = (...args: readonly string[]) => execFileSync('openssl', args, { cwd: folder, encoding: 'utf8' });
  expect(publicKey('x509', '-in', 'certificate.pem', '-noout', '-pubkey')).toBe(
    publicKey('pkey', '-in', 'key.pem', '-pubout'),
  );
  const again = await present('node-strict', 'lookalike-issuer', '--no-connect', '--write', folder);
  expect([again.exitCode, again.stderr]).toEqual([64, expect.stringContaining('is not empty: it is left as it is')]);
});

test.each([
  [['node-strct', 'expired'], /no endpoint is called node-strct; did you mean "node-strict"\?/],
  [['node-strict', 'expird'], /node-strict has no check expird; did you mean "expired"\?/],
  [['node-strict', 'rotation'], /node-strict has nothing to present for rotation; add |has no check rotation/],
  [['node-strict', 'expired', '--address', 'localhost'], /--address localhost: expected an IP address/],
])('%j is corrected', async (args, message) => {
  const { exitCode, stderr } = await present(...args);
  expect([exitCode, stderr]).toEqual([64, expect.stringMatching(message)]);
});
