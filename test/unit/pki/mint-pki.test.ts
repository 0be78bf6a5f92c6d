import { execFile } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KeyFiles } from '../../../functions/cli/demo/pki.ts';
import { IDENTITY_NAMES, SERVER_NAMES } from '../../../shared/pki/test-pki/lab-pki.ts';
import { type PkiOnDisk, pkiOnDisk } from '../../helpers/pki.ts';

let lab: PkiOnDisk;
beforeAll(async () => {
  lab = await pkiOnDisk();
});
afterAll(() => {
  lab.remove();
});

const run = promisify(execFile);
/** `openssl verify` as a relying party asks it: OK, or the error's number. */
const verify = async (role: 'sslclient' | 'sslserver', { certificate }: KeyFiles, ...extra: string[]) => {
  const { ca, crl } = lab.files;
  const options = [
    '-x509_strict',
    '-purpose',
    role,
    '-CAfile',
    ca,
    '-untrusted',
    certificate,
    '-crl_check_all',
    '-CRLfile',
    crl,
  ];
  const { stdout, stderr } = await run('openssl', ['verify', ...options, ...extra, certificate]).catch(
    (error) => error,
  );
  return /: OK/.test(stdout) ? 'OK' : /error (\d+) at 0/.exec(stderr)?.[1];
};

test.each([
  ['payments', 'OK'],
  ['orders', 'OK'],
  ['chained', 'OK'],
  ['stranger', '20'],
  ['expired', '10'],
  ['not-yet-valid', '9'],
  ['revoked', '23'],
  ['wrong-usage', '26'],
] as const)('OpenSSL says of the identity %s: %s', async (name, answer) => {
  expect(await verify('sslclient', lab.files.identity(name))).toBe(answer);
});

test.each([
  ['good', 'OK'],
  ['chained', 'OK'],
  ['expired', '10'],
  ['wrong-name', '62'],
] as const)('OpenSSL says of the server certificate %s, at localhost: %s', async (name, answer) => {
  expect(await verify('sslserver', lab.files.server(name), '-verify_hostname', 'localhost')).toBe(answer);
});

test('without a CRL nothing but the CRL tells the revoked identity from a good one', async () => {
  const { certificate } = lab.files.identity('revoked');
  const { stdout } = await run('openssl', ['verify', '-CAfile', lab.files.ca, certificate]);
  expect(stdout).toContain(': OK');
});

describe('files', () => {
  test('nobody else may read the keys, and each is its certificate’s', () => {
    const pairs = [...SERVER_NAMES.map(lab.files.server), ...IDENTITY_NAMES.map(lab.files.identity)];
    expect(statSync(lab.files.directory).mode & 0o777).toBe(0o700);
    expect(pairs).toHaveLength(12);
    for (const { certificate, privateKey } of pairs) {
      expect(statSync(privateKey).mode & 0o777).toBe(0o600);
      const key = createPrivateKey(readFileSync(privateKey));
      expect(new X509Certificate(readFileSync(certificate)).checkPrivateKey(key)).toBe(true);
    }
  });

  test('are gone when the lab is removed', async () => {
    const other = await pkiOnDisk();
    expect(existsSync(other.files.ca)).toBe(true);
    other.remove();
    expect(existsSync(other.files.directory)).toBe(false);
  });
});
