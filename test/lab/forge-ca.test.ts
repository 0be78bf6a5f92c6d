// `mtls-monitor forge`: what it refuses, and certificates from a CA that somebody else's tool made.
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseRegistry } from '../../shared/registry/parse.ts';
import { type ForgeFolder, forgeFolder, LABELS, labelsOf, trusted } from '../helpers/forge-folder.ts';
import { openssl, opensslVerify } from '../helpers/openssl.ts';

const PASSPHRASE = 'not-a-secret-of-anybody';
const folders: ForgeFolder[] = [];
const newFolder = (): ForgeFolder => {
  const folder = forgeFolder({ CORP_PASSPHRASE: PASSPHRASE });
  folders.push(folder);
  return folder;
};
afterAll(() => {
  for (const folder of folders) folder.remove();
});

describe('a second run', () => {
  const folder = newFolder();
  const key = () => readFileSync(folder.at('identities/payments.key'), 'utf8');

  test('is refused and changes nothing; with --force it replaces what it made', async () => {
    await folder.forge();
    const first = key();
    const refused = await folder.forge();
    expect(refused).toMatchObject({ exitCode: 64, stdout: '', stderr: expect.stringContaining('--force') });
    expect(key()).toBe(first);

    writeFileSync(folder.at('notes.txt'), 'mine');
    const { exitCode, stdout } = await folder.forge('--force', '--short-lived');
    expect([exitCode, key() === first]).toEqual([0, false]);
    expect(stdout).toMatch(/not-yet-valid\nbecomes valid at/);
    expect(readFileSync(folder.at('notes.txt'), 'utf8')).toBe('mine');
  });

  test('with --short-lived every label is true for a day; after it not-yet-valid is valid, and the others have expired', async () => {
    expect(await labelsOf(folder, '-x509_strict', '-crl_check_all')).toEqual(LABELS);
    const tomorrow = ['-attime', String(Math.floor(Date.now() / 1000) + 25 * 3600)];
    const then = (name: string) =>
      opensslVerify('sslclient', folder.at(`identities/${name}.crt`), trusted(folder), ...tomorrow);
    expect([await then('not-yet-valid'), await then('payments'), await then('expired')]).toEqual(['OK', '10', '10']);
  });
});

describe('wrong usage makes nothing', () => {
  test.each([
    [['--days', '2', '--short-lived'], 'cannot be used with'],
    [['--name', 'Not a domain'], 'domain'],
    [['--ca', '/nowhere.pem', '--ca-key', '/nowhere.key'], 'ENOENT'],
  ])('%j', async (args, named) => {
    const folder = newFolder();
    expect(await folder.forge(...args)).toMatchObject({ exitCode: 64, stderr: expect.stringContaining(named) });
    expect(() => statSync(folder.directory)).toThrow('ENOENT');
  });
});

describe('a CA that openssl made, its key encrypted', () => {
  const folder = newFolder();
  const corp = (name: string) => join(folder.directory, '..', name);
  const subject = ['-subj', '/O=Corp/CN=Corp root', '-days', '30', '-passout', `pass:${PASSPHRASE}`];
  beforeAll(async () => {
    const made = ['-newkey', 'rsa:2048', '-keyout', corp('ca.key'), '-out', corp('ca.pem')];
    await openssl('req', '-x509', ...made, ...subject, '-addext', 'subjectKeyIdentifier=none');
  });

  test('without its passphrase it says which variable to set, and nothing of the key', async () => {
    const refused = await newFolder().forge('--ca', corp('ca.pem'), '--ca-key', corp('ca.key'));
    expect(refused).toMatchObject({ exitCode: 64, stdout: '', stderr: expect.stringContaining('CA_PASSPHRASE') });
    expect(refused.stderr).not.toContain('PRIVATE');
  });

  test('it issues the faulty identities from that CA, and its list', async () => {
    const from = ['--ca', corp('ca.pem'), '--ca-key', corp('ca.key'), '--ca-passphrase-env', 'CORP_PASSPHRASE'];
    const { exitCode, stdout, stderr } = await folder.forge(...from);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/Warning: the CA itself ends at/);
    expect(await labelsOf(folder, '-crl_check_all')).toEqual(LABELS);
    expect(readFileSync(folder.at('ca.pem'), 'utf8').trim()).toBe(readFileSync(corp('ca.pem'), 'utf8').trim());
    const issuer = await openssl('x509', '-in', folder.at('identities/expired.crt'), '-noout', '-issuer');
    expect(issuer).toContain('Corp root');
    const serial = (await openssl('x509', '-in', folder.at('identities/revoked.crt'), '-noout', '-serial')).trim();
    expect(stdout).toContain(serial.replace('serial=', ''));
    for (const path of ['ca', 'servers']) expect(() => statSync(folder.at(path))).toThrow('ENOENT');
    const registry = readFileSync(folder.at('registry.yaml'), 'utf8');
    expect(parseRegistry(registry, folder.at('registry.yaml'))).toMatchObject({ ok: true });
    expect(stdout + stderr + registry).not.toMatch(new RegExp(`PRIVATE|${PASSPHRASE}`));
  });
});

describe('the names of a certificate that is admitted', () => {
  const folder = newFolder();
  const given = join(folder.directory, '..', 'given.crt');
  const names = (file: string) => openssl('x509', '-in', file, '-noout', '-subject', '-ext', 'subjectAltName');

  test('are borne, to the byte, by payments and by every identity with a fault', async () => {
    const other = newFolder();
    await other.forge();
    const subject = ['-subj', '/C=DE/O=Corp, Inc./OU=a+OU=b/CN=checkout', '-multivalue-rdn'];
    const altNames =
      'subjectAltName=critical,DNS:checkout.corp,URI:spiffe://corp/checkout,email:a@corp,otherName:1.2.3.4;UTF8:odd';
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc', '-keyout', `${given}.key`];
    const leaf = ['-addext', altNames, '-addext', 'basicConstraints=critical,CA:FALSE'];
    await openssl('req', '-x509', '-out', given, ...key, ...subject, ...leaf);

    const from = ['--ca', other.at('ca/issuing.crt'), '--ca-key', other.at('ca/issuing.key'), '--like', given];
    expect(await folder.forge(...from)).toMatchObject({ exitCode: 0, stderr: '' });

    expect(await labelsOf(folder, '-crl_check')).toEqual(LABELS);
    const wanted = await names(given);
    expect(wanted).toContain('spiffe://corp/checkout');
    for (const name of ['payments', 'expired', 'not-yet-valid', 'revoked', 'wrong-usage'])
      expect([name, await names(folder.at(`identities/${name}.crt`))]).toEqual([name, wanted]);
    expect(readFileSync(folder.at('registry.yaml'), 'utf8')).toContain('principal: "spiffe://corp/checkout"');
    expect(await names(folder.at('identities/orders.crt'))).toContain('spiffe://lab.test/orders');
  });

  test('of a CA certificate are refused', async () => {
    const other = newFolder();
    const refused = await other.forge('--like', folder.at('ca.pem'));
    expect(refused).toMatchObject({ exitCode: 64, stderr: expect.stringContaining('CA certificate') });
  });
});

describe('a CA between, with the root in the same file', () => {
  const folder = newFolder();
  const other = newFolder();

  test('goes along with every identity; the root is what is trusted', async () => {
    await other.forge('--key', 'ed25519');
    const from = ['--ca', other.at('ca/issuing.crt'), '--ca-key', other.at('ca/issuing.key'), '--key', 'rsa'];
    expect((await folder.forge(...from)).exitCode).toBe(0);
    // Of the root there is no list: what it issued is not asked about.
    expect(await labelsOf(folder, '-crl_check')).toEqual(LABELS);
    expect(readFileSync(folder.at('ca.pem'), 'utf8')).toBe(readFileSync(other.at('ca.pem'), 'utf8'));
  });
});
