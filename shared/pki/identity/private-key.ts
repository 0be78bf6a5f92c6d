/** Reads a private key from PEM. OpenSSL's messages may quote the content, so they are replaced by own reasons. */
import { createPrivateKey, getCiphers, type KeyObject } from 'node:crypto';
import type { Parsed } from '../../model/parsed.ts';
import { oid, readAll, readTlv } from '../asn1/der.ts';
import { isEncrypted, isPrivateKey, type PemBlock, pemText } from '../content/pem-blocks.ts';
import { keyTypeOf } from '../x509/key-types.ts';

/**
 * Returns the key, or the reason why it cannot be used. `place`: the key's place for the message, such as ` in the field "tls.key"`; default none.
 * Never throws.
 */
export const privateKeyOf = (pem: string, passphrase: string | null, place = ''): Parsed<KeyObject> => {
  const no = (what: string): Parsed<KeyObject> => ({ ok: false, reason: `the private key${place} ${what}` });
  const block = pemText(pem).blocks.find(isPrivateKey);
  if (block === undefined) return no(pem.includes('-----BEGIN') ? 'is damaged' : 'is not PEM');
  const encrypted = isEncrypted(block);
  if (encrypted && passphrase === null) return no('is encrypted and no passphrase is given');
  try {
    const key = createPrivateKey({ key: pem, ...(encrypted ? { passphrase: passphrase ?? '' } : {}) });
    return keyTypeOf(key) === null
      ? no(`is of a kind that cannot sign (${key.asymmetricKeyType ?? 'unknown'})`)
      : { ok: true, value: key };
  } catch {
    if (!encrypted) return no('is damaged');
    const cipher = retiredCipher(block);
    if (cipher !== null)
      return no(`is encrypted with ${cipher}, which OpenSSL 3 no longer reads: encrypt it with AES-256`);
    return no('cannot be decrypted: wrong passphrase, or damaged');
  }
};

/** Encryption algorithms that OpenSSL 3 has only in its legacy provider (RFC 8018 appendix C, RFC 7292 appendix C). */
const RETIRED: readonly (readonly [oid: string, name: string])[] = [
  ['1.2.840.113549.1.5.1', 'MD2 and DES'],
  ['1.2.840.113549.1.5.3', 'MD5 and DES'],
  ['1.2.840.113549.1.5.4', 'MD2 and RC2'],
  ['1.2.840.113549.1.5.6', 'MD5 and RC2'],
  ['1.2.840.113549.1.5.10', 'SHA-1 and DES'],
  ['1.2.840.113549.1.5.11', 'SHA-1 and RC2'],
  ['1.2.840.113549.1.12.1.1', 'RC4'],
  ['1.2.840.113549.1.12.1.2', 'RC4'],
  ['1.2.840.113549.1.12.1.5', 'RC2'],
  ['1.2.840.113549.1.12.1.6', 'RC2'],
];

const retiredCipher = ({ encryption, body }: PemBlock): string | null => {
  if (encryption !== null) {
    const cipher = encryption.cipher.toLowerCase();
    if (/^(des|rc2|rc4|idea|seed|bf|cast5?)-/.test(cipher) && !cipher.startsWith('des-ede3')) return encryption.cipher;
    return getCiphers().includes(cipher) ? null : 'a cipher';
  }
  try {
    const [algorithm] = readAll(readTlv(new Uint8Array(Buffer.from(body, 'base64'))).content);
    const identifier = Buffer.from(readAll(algorithm?.content ?? new Uint8Array())[0]?.bytes ?? []);
    return RETIRED.find(([each]) => Buffer.compare(Buffer.from(oid(each)), identifier) === 0)?.[1] ?? null;
  } catch {
    return null;
  }
};
