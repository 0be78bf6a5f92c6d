import { execFileSync } from 'node:child_process';
import { constants, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { explicit, integer, oid, readAll, readTlv, sequence, TAG, tlv } from '../../../shared/pki/asn1/der.ts';
import { signedBy } from '../../../shared/pki/x509/signature.ts';

const BODY = Buffer.from('what was signed');
const OTHER = Buffer.from('what was not');
const home = mkdtempSync(join(tmpdir(), 'mtls-monitor-signature-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

type Pair = { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
const RSA: Pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const EC: Pair = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const DSA: Pair = generateKeyPairSync('dsa', { modulusLength: 2048, divisorLength: 256 });
const pairOf = (type: 'ed25519' | 'ed448' | 'ml-dsa-44' | 'ml-dsa-65' | 'ml-dsa-87'): Pair =>
  generateKeyPairSync(type as 'ed25519');
const NIST = '2.16.840.1.101.3.4.3';

describe('what a key has signed', () => {
  test.each<[string, string, string | null, Pair]>([
    ['RSA with SHA-1', '1.2.840.113549.1.1.5', 'sha1', RSA],
    ['RSA with SHA-224', '1.2.840.113549.1.1.14', 'sha224', RSA],
    ['RSA with SHA-256', '1.2.840.113549.1.1.11', 'sha256', RSA],
    ['RSA with SHA-384', '1.2.840.113549.1.1.12', 'sha384', RSA],
    ['RSA with SHA-512', '1.2.840.113549.1.1.13', 'sha512', RSA],
    ['RSA with SHA-512/224', '1.2.840.113549.1.1.15', 'sha512-224', RSA],
    ['RSA with SHA-512/256', '1.2.840.113549.1.1.16', 'sha512-256', RSA],
    ['RSA with SHA3-224', `${NIST}.13`, 'sha3-224', RSA],
    ['RSA with SHA3-256', `${NIST}.14`, 'sha3-256', RSA],
    ['RSA with SHA3-384', `${NIST}.15`, 'sha3-384', RSA],
    ['RSA with SHA3-512', `${NIST}.16`, 'sha3-512', RSA],
    ['ECDSA with SHA-1', '1.2.840.10045.4.1', 'sha1', EC],
    ['ECDSA with SHA-224', '1.2.840.10045.4.3.1', 'sha224', EC],
    ['ECDSA with SHA-256', '1.2.840.10045.4.3.2', 'sha256', EC],
    ['ECDSA with SHA-384', '1.2.840.10045.4.3.3', 'sha384', EC],
    ['ECDSA with SHA-512', '1.2.840.10045.4.3.4', 'sha512', EC],
    ['ECDSA with SHA3-224', `${NIST}.9`, 'sha3-224', EC],
    ['ECDSA with SHA3-256', `${NIST}.10`, 'sha3-256', EC],
    ['ECDSA with SHA3-384', `${NIST}.11`, 'sha3-384', EC],
    ['ECDSA with SHA3-512', `${NIST}.12`, 'sha3-512', EC],
    ['DSA with SHA-1', '1.2.840.10040.4.3', 'sha1', DSA],
    ['DSA with SHA-224', `${NIST}.1`, 'sha224', DSA],
    ['DSA with SHA-256', `${NIST}.2`, 'sha256', DSA],
    ['Ed25519', '1.3.101.112', null, pairOf('ed25519')],
    ['Ed448', '1.3.101.113', null, pairOf('ed448')],
    ['ML-DSA-44', `${NIST}.17`, null, pairOf('ml-dsa-44')],
    ['ML-DSA-65', `${NIST}.18`, null, pairOf('ml-dsa-65')],
    ['ML-DSA-87', `${NIST}.19`, null, pairOf('ml-dsa-87')],
  ])('%s', (_, identifier, hash, { publicKey, privateKey }) => {
    const algorithm = sequence(oid(identifier));
    const signature = sign(hash, BODY, privateKey);
    expect(signedBy(BODY, algorithm, signature, publicKey)).toBe('signed');
    expect(signedBy(OTHER, algorithm, signature, publicKey)).toBe('not-signed');
    expect(signedBy(BODY, algorithm, signature.subarray(1), publicKey)).toBe('not-signed');
    const stranger = publicKey.asymmetricKeyType === 'rsa' ? EC : RSA;
    expect(signedBy(BODY, algorithm, signature, stranger.publicKey)).toBe('not-signed');
  });

  test.each([
    ['RSA with MD5', '1.2.840.113549.1.1.4'],
    ['ECDSA with SHAKE128', '1.3.6.1.5.5.7.6.32'],
    ['SM2 with SM3', '1.2.156.10197.1.501'],
    ['an example', '2.999.1'],
  ])('%s is not known here', (_, identifier) => {
    expect(signedBy(BODY, sequence(oid(identifier)), Buffer.alloc(64), RSA.publicKey)).toEqual({
      unknownAlgorithm: identifier,
    });
  });
  test('an algorithm that cannot be read is not known either', () => {
    expect(signedBy(BODY, Uint8Array.of(0x30, 5), Buffer.alloc(64), RSA.publicKey)).toHaveProperty('unknownAlgorithm');
  });
});

const HASHES: Readonly<Record<string, string>> = {
  sha1: '1.3.14.3.2.26',
  sha224: '2.16.840.1.101.3.4.2.4',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha512: '2.16.840.1.101.3.4.2.3',
  'sha512-256': '2.16.840.1.101.3.4.2.6',
  'sha3-256': '2.16.840.1.101.3.4.2.8',
};
const PSS = '1.2.840.113549.1.1.10';
const hashed = (name: string) => sequence(oid(HASHES[name] ?? name), tlv(TAG.null));
type Parameters = { readonly hash?: string; readonly mask?: string; readonly salt?: number };
const pss = ({ hash, mask, salt }: Parameters) =>
  sequence(
    oid(PSS),
    sequence(
      ...(hash === undefined ? [] : [explicit(0, hashed(hash))]),
      ...(mask === undefined ? [] : [explicit(1, sequence(oid('1.2.840.113549.1.1.8'), hashed(mask)))]),
      ...(salt === undefined ? [] : [explicit(2, integer(salt))]),
    ),
  );
/** By OpenSSL, which takes a mask of its own. */
const signedByOpenssl = ({ hash = 'sha1', mask = 'sha1', salt = 20 }: Parameters): Buffer => {
  const [key, body] = [join(home, 'pss.key'), join(home, 'body')];
  writeFileSync(key, RSA.privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  writeFileSync(body, BODY);
  const options = ['rsa_padding_mode:pss', `rsa_mgf1_md:${mask}`, `rsa_pss_saltlen:${salt}`].flatMap((each) => [
    '-sigopt',
    each,
  ]);
  return execFileSync('openssl', ['dgst', `-${hash}`, ...options, '-sign', key, body]);
};

describe('RSA-PSS', () => {
  test.each<Parameters>([
    {},
    { hash: 'sha224', mask: 'sha224', salt: 28 },
    { hash: 'sha256', mask: 'sha256', salt: 32 },
    { hash: 'sha256', mask: 'sha1', salt: 20 },
    { hash: 'sha256', salt: 11 },
    { hash: 'sha512', mask: 'sha256', salt: 0 },
    { hash: 'sha512-256', mask: 'sha512-256', salt: 32 },
    { hash: 'sha3-256', mask: 'sha3-256', salt: 32 },
  ])('%j', (parameters) => {
    const signature = signedByOpenssl(parameters);
    expect(signedBy(BODY, pss(parameters), signature, RSA.publicKey)).toBe('signed');
    expect(signedBy(OTHER, pss(parameters), signature, RSA.publicKey)).toBe('not-signed');
    const { hash = 'sha1', mask = 'sha1', salt = 20 } = parameters;
    expect(signedBy(BODY, pss({ hash, mask, salt: salt + 1 }), signature, RSA.publicKey)).toBe('not-signed');
    const other = signedBy(
      BODY,
      pss({ hash, mask: mask === 'sha224' ? 'sha256' : 'sha224', salt }),
      signature,
      RSA.publicKey,
    );
    // OpenSSL verifies no signature whose hash is SHA-3 and whose mask is not.
    expect(other).toEqual(hash === 'sha3-256' ? { unknownAlgorithm: PSS } : 'not-signed');
    expect(signedBy(BODY, pss(parameters), signature, EC.publicKey)).toBe('not-signed');
  });
  test('a hash or a mask that is not known here', () => {
    const said = (algorithm: Uint8Array) => signedBy(BODY, algorithm, Buffer.alloc(256), RSA.publicKey);
    expect(said(pss({ hash: '2.999.1' }))).toEqual({ unknownAlgorithm: `${PSS} with the hash 2.999.1` });
    expect(said(pss({ mask: '2.999.2' }))).toEqual({ unknownAlgorithm: `${PSS} with the hash 2.999.2` });
    const mask = sequence(oid(PSS), sequence(explicit(1, sequence(oid('2.999.3')))));
    expect(said(mask)).toEqual({ unknownAlgorithm: `${PSS} with the mask 2.999.3` });
  });
  test('a key that allows SHA-256 alone has signed nothing with SHA-224', () => {
    const bits = readAll(readTlv(RSA.publicKey.export({ type: 'spki', format: 'der' })).content)[1]?.bytes ?? BODY;
    const parameters = { hash: 'sha256', mask: 'sha256', salt: 32 };
    const own = createPublicKey({ key: Buffer.from(sequence(pss(parameters), bits)), format: 'der', type: 'spki' });
    const padding = constants.RSA_PKCS1_PSS_PADDING;
    const made = (hash: string, saltLength: number) => sign(hash, BODY, { key: RSA.privateKey, padding, saltLength });
    expect(signedBy(BODY, pss(parameters), made('sha256', 32), own)).toBe('signed');
    expect(signedBy(BODY, pss({ ...parameters, salt: 40 }), made('sha256', 40), own)).toBe('signed');
    expect(signedBy(BODY, pss({ ...parameters, salt: 20 }), made('sha256', 20), own)).toBe('not-signed');
    expect(signedBy(BODY, pss({ hash: 'sha224', mask: 'sha224', salt: 32 }), made('sha224', 32), own)).toBe(
      'not-signed',
    );
  });
});
