import { beforeAll, describe, expect, test } from 'vitest';
import { DAY } from '../../../shared/model/time.ts';
import { credentialsOf, unfit } from '../../../shared/pki/identity/identity.ts';
import { identityTextOf } from '../../../shared/pki/identity/shapes.ts';
import { type Authority, issue, issueAuthority } from '../../../shared/pki/mint/issue.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const validity = { notBefore: NOW - 100 * DAY, notAfter: NOW + 200 * DAY };
let root: Authority;
let chain = '';
let leaf = '';
let key = '';
let encrypted = '';
let otherKey = '';

const pkcs8 = (issued: { privateKey: import('node:crypto').KeyObject }) =>
  String(issued.privateKey.export({ format: 'pem', type: 'pkcs8' }));

beforeAll(async () => {
  root = await issueAuthority({ subject: 'CN=Root', validity });
  const intermediate = await issueAuthority({ subject: 'CN=Intermediate', validity }, { parent: root });
  const identity = await issue({ subject: 'CN=checkout', validity, extendedKeyUsage: ['clientAuth'] }, intermediate);
  chain = identity.certificatePem;
  leaf = chain.slice(0, chain.indexOf('-----END CERTIFICATE-----') + 26);
  key = pkcs8(identity);
  encrypted = String(
    identity.privateKey.export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'open sesame' }),
  );
  otherKey = pkcs8(await issue({ subject: 'CN=other', validity }, root));
});

const load = async (secret: string | Uint8Array) => {
  const text = await identityTextOf(secret);
  if (!text.ok) return text.reason;
  const credentials = credentialsOf(text.value);
  return credentials.ok ? credentials.value.chain.map(({ subject }) => subject).join(' < ') : credentials.reason;
};

describe('what people keep in a secret', () => {
  test.each<[string, () => string, string]>([
    [
      'JSON with the usual fields',
      () => JSON.stringify({ certificate: chain, privateKey: key }),
      'CN=checkout < CN=Intermediate',
    ],
    [
      'JSON with the chain apart',
      () => JSON.stringify({ certificate: leaf, certificateChain: chain.replace(leaf, ''), privateKey: key }),
      'CN=checkout < CN=Intermediate',
    ],
    [
      'a Kubernetes TLS secret',
      () => JSON.stringify({ 'tls.crt': chain, 'tls.key': key }),
      'CN=checkout < CN=Intermediate',
    ],
    ['PEM in one blob, the key first', () => key + chain, 'CN=checkout < CN=Intermediate'],
    ['PEM in the wrong order', () => chain.replace(leaf, '') + leaf + key, 'CN=checkout < CN=Intermediate'],
    ['CRLF', () => (chain + key).replaceAll('\n', '\r\n'), 'CN=checkout < CN=Intermediate'],
    [
      'newlines as two characters',
      () => JSON.stringify({ certificate: chain.replaceAll('\n', '\\n'), privateKey: key.replaceAll('\n', '\\n') }),
      'CN=checkout < CN=Intermediate',
    ],
    [
      'an encrypted key with its passphrase',
      () => JSON.stringify({ certificate: chain, privateKey: encrypted, passphrase: 'open sesame' }),
      'CN=checkout < CN=Intermediate',
    ],
  ])('%s', async (_what, secret, expected) => {
    expect(await load(secret())).toBe(expected);
  });
});

describe('what cannot be used is named, and never quoted', () => {
  test.each<[string, () => string | Uint8Array, string]>([
    ['nothing', () => '  ', 'the secret is empty'],
    [
      'bytes',
      () => new Uint8Array([48, 130]),
      'the secret holds bytes that are no DER; JSON, PEM or PKCS#12 was expected',
    ],
    [
      'some text',
      () => 'hunter2',
      'the secret holds text that is neither PEM nor base64; JSON, PEM or PKCS#12 was expected',
    ],
    [
      'broken JSON',
      () => `{"privateKey": "${key.slice(0, 40)}`,
      'the secret begins like JSON but is not a JSON object',
    ],
    [
      'JSON without a key',
      () => JSON.stringify({ certificate: chain, secretKey: key }),
      'the secret has no field "privateKey" (its fields: certificate, secretKey); "secretKey" holds a private key: name it "privateKey"',
    ],
    [
      'JSON without a certificate',
      () => JSON.stringify({ privateKey: key }),
      'the secret has no field "certificate" (its fields: privateKey)',
    ],
    ['PEM without a key', () => chain, 'the secret holds a certificate; a private key was expected'],
    [
      'a damaged certificate',
      () => leaf.replace(/[A-Za-z0-9+/]{20}\n/, '!!!!\n') + key,
      'the certificate in the secret is damaged: its PEM block does not decode to a certificate',
    ],
    ['half a certificate', () => leaf.slice(0, 200) + key, 'the secret holds a PEM block that is damaged or cut off'],
    ['a damaged key', () => leaf + key.replace(/\n[A-Za-z0-9+/]{20}/, '\n!!!!'), 'the private key is damaged'],
    [
      'a key of another certificate',
      () => leaf + otherKey,
      'the private key does not belong to CN=checkout: they come from different issues',
    ],
    [
      'an encrypted key without a passphrase',
      () => leaf + encrypted,
      'the private key is encrypted and no passphrase is given',
    ],
    [
      'a wrong passphrase',
      () => JSON.stringify({ certificate: leaf, privateKey: encrypted, passphrase: 'guess' }),
      'the private key in the field "privateKey" cannot be decrypted: wrong passphrase, or damaged',
    ],
  ])('%s', async (_what, secret, expected) => {
    const reason = await load(secret());
    expect(reason).toBe(expected);
    expect(reason).not.toMatch(/hunter2|sesame|guess|PRIVATE KEY-----/);
  });

  test('a key prints and serialises as nothing', async () => {
    const text = await identityTextOf(chain + key);
    const credentials = text.ok ? credentialsOf(text.value) : text;
    const body = key.split('\n')[1] ?? 'no key';
    expect(credentials.ok).toBe(true);
    expect(JSON.stringify(credentials)).not.toContain(body);
  });
});

describe('fitness', () => {
  const facts = async (own: Partial<Parameters<typeof issue>[0]>) => {
    const issued = await issue({ subject: 'CN=checkout', validity, extendedKeyUsage: ['clientAuth'], ...own }, root);
    const credentials = credentialsOf({
      certificate: issued.certificatePem,
      privateKey: pkcs8(issued),
      passphrase: null,
    });
    if (!credentials.ok) throw new Error(credentials.reason);
    return credentials.value.chain[0]!;
  };
  const past = { notBefore: NOW - 9 * DAY, notAfter: NOW - DAY };
  const ahead = { notBefore: NOW + DAY, notAfter: NOW + 9 * DAY };
  test.each<[string, Partial<Parameters<typeof issue>[0]>, Parameters<typeof unfit>[1], RegExp | null]>([
    ['in date, for clients', {}, null, null],
    ['expired', { validity: past }, null, /^it expired on 2026-05-31$/],
    ['not yet valid', { validity: ahead }, null, /^it is not valid before/],
    ['for servers only', { extendedKeyUsage: ['serverAuth'] }, null, /clientAuth is missing/],
    ['a declared fault that is true: expired', { validity: past }, 'expired', null],
    ['a declared fault that is true: not yet valid', { validity: ahead }, 'not-yet-valid', null],
    ['a declared fault that is true: wrong usage', { extendedKeyUsage: ['serverAuth'] }, 'wrong-usage', null],
    ['declared expired, but valid', {}, 'expired', /^it says it is expired/],
    ['declared not yet valid, but valid', {}, 'not-yet-valid', /tests nothing any more/],
    ['declared wrong usage, but for clients', {}, 'wrong-usage', /^it says its usage is wrong/],
    ['revoked and expired: refused for another reason', { validity: past }, 'revoked', /^it expired/],
    [
      'expired and for servers only: refused for another reason',
      { validity: past, extendedKeyUsage: ['serverAuth'] },
      'expired',
      /clientAuth is missing/,
    ],
  ])('%s', async (_what, own, fault, expected) => {
    const reason = unfit(await facts(own), fault, NOW);
    if (expected === null) expect(reason).toBeNull();
    else expect(reason).toMatch(expected);
  });
  test('a CA is no identity', async () => {
    const credentials = credentialsOf({ certificate: root.certificatePem, privateKey: pkcs8(root), passphrase: null });
    expect(credentials.ok ? unfit(credentials.value.chain[0]!, null, NOW) : '').toBe(
      'it is a CA certificate, not an identity',
    );
  });
});
