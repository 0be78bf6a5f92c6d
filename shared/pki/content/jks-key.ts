/**
 * Opens the private key of a Java keystore (JKS), which Sun's own cipher protects (sun.security.provider.KeyProtector): the key is masked with a chain
 * of SHA-1 digests of password and salt, and a digest of password and key follows. Not supported: a key password other than the one given, JCEKS.
 */
import { createHash } from 'node:crypto';
import type { Parsed } from '../../model/parsed.ts';
import { dotted, pem, readAll, readTlv } from '../asn1/der.ts';
import { readJks } from './jks.ts';

const KEY_PROTECTOR = '1.3.6.1.4.1.42.2.17.1.1';
const SHA1_LENGTH = 20;
const NAME = 'the Java keystore (JKS)';

const sha1 = (...parts: readonly Uint8Array[]): Uint8Array => {
  const hash = createHash('sha1');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** Returns the key, PKCS#8 DER. Throws a RangeError for a wrong password and for damaged content. */
const unmasked = (encrypted: Uint8Array, passphrase: string): Uint8Array => {
  const [algorithm, sealed] = readAll(readTlv(encrypted).content);
  const identifier = algorithm === undefined ? '' : dotted(readTlv(algorithm.content).content);
  if (identifier !== KEY_PROTECTOR || sealed === undefined) throw new RangeError('no key of a JKS');
  const password = Buffer.from(passphrase, 'utf16le').swap16();
  const key = Buffer.from(sealed.content.subarray(SHA1_LENGTH, -SHA1_LENGTH));
  let mask = sealed.content.subarray(0, SHA1_LENGTH);
  for (let at = 0; at < key.length; at += 1) {
    if (at % SHA1_LENGTH === 0) mask = sha1(password, mask);
    key[at] = (key[at] ?? 0) ^ (mask[at % SHA1_LENGTH] ?? 0);
  }
  if (Buffer.compare(sha1(password, key), sealed.content.subarray(-SHA1_LENGTH)) !== 0)
    throw new RangeError('wrong password');
  return new Uint8Array(key);
};

/** Returns the certificates and the only key of an identity, PEM. A file without exactly one key is an error. Never throws. */
export const openJks = (
  bytes: Uint8Array,
  passphrase: string | null,
): Parsed<{ readonly certificate: string; readonly privateKey: string }> => {
  const no = (reason: string) => ({ ok: false, reason: `${NAME} ${reason}` }) as const;
  const { keys, cut } = readJks(bytes);
  if (cut !== null) return no(`is damaged or cut off at entry ${cut.entry} of ${cut.of}`);
  const [entry] = keys;
  if (entry === undefined) return no('holds no private key');
  if (keys.length > 1) return no(`holds ${keys.length} private keys; one was expected`);
  if (entry.chain.length === 0) return no('holds no certificate of its key');
  if (passphrase === null) return no('is protected by a passphrase and none is given');
  try {
    const privateKey = pem('PRIVATE KEY', unmasked(entry.encrypted, passphrase));
    return {
      ok: true,
      value: { certificate: entry.chain.map((each) => pem('CERTIFICATE', each)).join(''), privateKey },
    };
  } catch {
    return no('cannot be opened: wrong passphrase, or damaged');
  }
};
