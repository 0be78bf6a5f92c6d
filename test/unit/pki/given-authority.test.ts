import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { DAY } from '../../../shared/model/time.ts';
import { type Authority, issue, issueAuthority } from '../../../shared/pki/mint/issue.ts';
import { givenAuthority } from '../../../shared/pki/test-pki/given-authority.ts';
import { openssl } from '../../helpers/openssl.ts';

const NOW = Date.now();
const VALIDITY = { notBefore: NOW - DAY, notAfter: NOW + 30 * DAY };
const keyOf = ({ privateKey }: Pick<Authority, 'privateKey'>, passphrase?: string) => ({
  pem: String(
    privateKey.export({
      type: 'pkcs8',
      format: 'pem',
      ...(passphrase !== undefined && { cipher: 'aes-256-cbc', passphrase }),
    }),
  ),
  passphrase: null as string | null,
});

let root: Authority;
let between: Authority;
beforeAll(async () => {
  root = await issueAuthority({ subject: 'CN=Root', validity: VALIDITY });
  between = await issueAuthority({ subject: 'CN=Between', validity: VALIDITY }, { parent: root });
});
const reasonOf = (certificates: string, key = keyOf(root), now = NOW): string => {
  const found = givenAuthority(certificates, key, now);
  return found.ok ? 'none' : found.reason;
};

/** Of a kind that this project does not make. */
const dsaAuthority = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mtls-monitor-dsa-'));
  const at = (name: string) => join(folder, name);
  await openssl(
    'genpkey',
    '-genparam',
    '-algorithm',
    'DSA',
    '-pkeyopt',
    'dsa_paramgen_bits:1024',
    '-out',
    at('parameters'),
  );
  await openssl('genpkey', '-paramfile', at('parameters'), '-out', at('key'));
  await openssl('req', '-x509', '-new', '-key', at('key'), '-subj', '/CN=DSA', '-out', at('certificate'));
  const read = { certificate: readFileSync(at('certificate'), 'utf8'), key: readFileSync(at('key'), 'utf8') };
  rmSync(folder, { recursive: true });
  return read;
};

describe('a CA that is given', () => {
  test('alone: it is trusted itself, and its leaves send themselves only', () => {
    expect(givenAuthority(root.certificatePem, keyOf(root), NOW)).toMatchObject({
      ok: true,
      value: { anchorsPem: root.certificatePem, authority: { chainPem: '', name: root.name }, listProblem: null },
    });
  });

  test('with its root, in any order: the root is trusted, and it goes along with its leaves', () => {
    for (const file of [root.certificatePem + between.certificatePem, between.certificatePem + root.certificatePem]) {
      expect(givenAuthority(file, keyOf(between), NOW)).toMatchObject({
        ok: true,
        value: { anchorsPem: root.certificatePem, authority: { chainPem: between.certificatePem } },
      });
    }
  });

  test('that may not sign lists says so', async () => {
    const unlisted = await issueAuthority({ subject: 'CN=Unlisted', validity: VALIDITY, keyUsage: ['keyCertSign'] });
    expect(givenAuthority(unlisted.certificatePem, keyOf(unlisted), NOW)).toMatchObject({
      ok: true,
      value: { listProblem: expect.stringContaining('cRLSign') },
    });
  });

  test('each way of being useless has its reason', async () => {
    const dsa = await dsaAuthority();
    const leaf = await issue({ subject: 'CN=Leaf', validity: VALIDITY }, root);
    expect(reasonOf(leaf.certificatePem, keyOf(leaf))).toMatch(/CN=Leaf is not a CA/);
    expect(reasonOf(root.certificatePem, keyOf(between))).toMatch(/belongs to no certificate/);
    expect(reasonOf(root.certificatePem, keyOf(root), NOW + 31 * DAY)).toMatch(/CN=Root expired on \d{4}-/);
    expect(reasonOf(root.certificatePem, keyOf(root), NOW - 2 * DAY)).toMatch(/CN=Root is not valid before/);
    expect(reasonOf(dsa.certificate, { pem: dsa.key, passphrase: null })).toMatch(/key of type dsa/);
    expect(reasonOf('nothing')).toMatch(/not PEM/);
    expect(reasonOf('-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----')).toMatch(/damaged/);
  });

  test('an encrypted key: its passphrase is needed, and a wrong one is told apart; no text repeats either', () => {
    const key = keyOf(root, 'correct');
    const tried = (passphrase: string | null) => reasonOf(root.certificatePem, { ...key, passphrase });
    expect(tried(null)).toMatch(/is encrypted$/);
    expect(tried('wrong-one')).toMatch(/wrong passphrase/);
    expect(tried('wrong-one')).not.toContain('wrong-one');
    expect(tried('correct')).toBe('none');
    expect(reasonOf(root.certificatePem, { pem: 'KEY', passphrase: null })).toMatch(/not a PEM private key/);
  });
});
