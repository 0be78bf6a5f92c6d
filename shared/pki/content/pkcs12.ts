/**
 * Reads certificates and private keys from PKCS#12 (RFC 7292), whose parts are nested and encrypted separately. Import this module lazily: it loads
 * node-forge. Not supported: parts protected by a public key, files of more than 1000 entries, CRL and secret bags (skipped), PBMAC1 (RFC 9579; the
 * MAC is not verified). Attributes such as friendlyName are ignored.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Parsed } from '../../model/parsed.ts';
import { type Asn1, childOf, childrenOf, derOf, integerOf, octetsOf, oidOf, parseBer } from '../asn1/ber.ts';
import { pem } from '../asn1/der.ts';
import { type Budget, decrypt, MAX_ROUNDS, spend, Unsupported } from './pkcs12-decrypt.ts';
import { type Digest, PURPOSE, pkcs12Key } from './pkcs12-kdf.ts';

type Opened = { readonly certificate: string; readonly privateKey: string };
export type Pkcs12 = { readonly certificates: readonly Uint8Array[]; readonly keys: readonly Uint8Array[] };
type Contents = { readonly certificates: Uint8Array[]; readonly keys: Uint8Array[] };

const DATA = '1.2.840.113549.1.7.1';
const ENCRYPTED_DATA = '1.2.840.113549.1.7.6';
/** Bag types (RFC 7292 appendix D); the group is the last arc. */
const BAG = /^1\.2\.840\.113549\.1\.12\.10\.1\.([1-6])$/;
const MAX_BAGS = 1000;
const DIGESTS: Readonly<Record<string, Digest>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.4': 'sha224',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

/**
 * Returns the content, decrypted with the first of `passphrases` that fits. null stands for no passphrase, which files encode in two forms
 * (`pkcs12Key`); both are tried. Never throws.
 */
export const readPkcs12 = (bytes: Uint8Array, passphrases: readonly (string | null)[]): Parsed<Pkcs12> => {
  let unsupported: string | null = null;
  for (const each of passphrases.flatMap((given) => (given === null ? ['', null] : [given]))) {
    try {
      return { ok: true, value: contentsOf(parseBer(bytes), each, { rounds: MAX_ROUNDS }) };
    } catch (error) {
      // Only messages of `Unsupported` are reported: a library's message may quote the content.
      if (error instanceof Unsupported) unsupported = error.message;
    }
  }
  if (unsupported !== null) return { ok: false, reason: `the PKCS#12 file ${unsupported}` };
  return {
    ok: false,
    reason: passphrases.includes(null)
      ? 'the PKCS#12 file is protected by a passphrase and none is given, or it is damaged'
      : 'the PKCS#12 file cannot be opened: wrong passphrase, or damaged',
  };
};

/**
 * Returns the certificates and the only key of an identity, PEM. A file without a certificate or without exactly one key is an error. Never throws.
 */
export const openPkcs12 = (bytes: Uint8Array, passphrase: string | null): Parsed<Opened> => {
  const read = readPkcs12(bytes, [passphrase]);
  return read.ok ? opened(read.value) : read;
};

const opened = ({ certificates, keys }: Pkcs12): Parsed<Opened> => {
  const [key] = keys;
  if (key === undefined || certificates.length === 0)
    return { ok: false, reason: `the PKCS#12 file holds no ${key === undefined ? 'private key' : 'certificate'}` };
  if (keys.length > 1)
    return { ok: false, reason: `the PKCS#12 file holds ${keys.length} private keys; one was expected` };
  const certificate = certificates.map((each) => pem('CERTIFICATE', each)).join('');
  return { ok: true, value: { certificate, privateKey: pem('PRIVATE KEY', key) } };
};

/** Throws when the passphrase is wrong or the file is damaged. */
const contentsOf = (file: Asn1, passphrase: string | null, budget: Budget): Contents => {
  const [, safe, mac] = childrenOf(file);
  if (safe === undefined) throw new RangeError('no PFX');
  if (oidOf(childOf(safe, 0)) !== DATA) throw new Unsupported('is protected by a public key, not by a passphrase');
  const authenticated = octetsOf(childOf(childOf(safe, 1), 0));
  if (mac !== undefined) verify(mac, authenticated, passphrase, budget);
  const contents: Contents = { certificates: [], keys: [] };
  for (const part of childrenOf(parseBer(authenticated)))
    gather(parseBer(partOf(part, passphrase, budget)), contents, passphrase, budget);
  return contents;
};

const verify = (mac: Asn1, bytes: Buffer, passphrase: string | null, budget: Budget): void => {
  const info = childOf(mac, 0);
  const digest = DIGESTS[oidOf(childOf(childOf(info, 0), 0))];
  // PBMAC1 (RFC 9579) is not verified: decryption fails for a wrong passphrase.
  if (digest === undefined) return;
  const rounds = childrenOf(mac)[2];
  const iterations = spend(budget, rounds === undefined ? 1 : integerOf(rounds));
  const derivation = { digest, salt: octetsOf(childOf(mac, 1)), iterations };
  const expected = octetsOf(childOf(info, 1));
  const key = pkcs12Key(passphrase, derivation, PURPOSE.mac, expected.length);
  const made = createHmac(digest, key).update(bytes).digest();
  if (made.length !== expected.length || !timingSafeEqual(made, expected)) throw new RangeError('MAC does not match');
};

const partOf = (part: Asn1, passphrase: string | null, budget: Budget): Buffer => {
  const kind = oidOf(childOf(part, 0));
  const content = childOf(childOf(part, 1), 0);
  if (kind === DATA) return octetsOf(content);
  if (kind !== ENCRYPTED_DATA) throw new Unsupported('has a part that is protected by a public key');
  const info = childOf(content, 1);
  return decrypt(childOf(info, 1), octetsOf(childOf(info, 2)), passphrase, budget);
};

/** Collects keys and certificates; a SafeContents bag (6) contains further bags. */
const gather = (bags: Asn1, into: Contents, passphrase: string | null, budget: Budget): void => {
  for (const bag of childrenOf(bags)) {
    if (into.keys.length + into.certificates.length > MAX_BAGS) throw new Unsupported('holds too many entries');
    const kind = BAG.exec(oidOf(childOf(bag, 0)))?.[1];
    const value = childOf(childOf(bag, 1), 0);
    if (kind === '1') into.keys.push(derOf(value));
    if (kind === '2') into.keys.push(decrypt(childOf(value, 0), octetsOf(childOf(value, 1)), passphrase, budget));
    if (kind === '3') into.certificates.push(octetsOf(childOf(childOf(value, 1), 0)));
    if (kind === '6') gather(value, into, passphrase, budget);
  }
};
