/**
 * Decrypts the parts of PKCS#12 files: PBES2 with PBKDF2 and AES or 3DES in CBC mode (RFC 8018), and 3DES and RC2 of RFC 7292 appendix C. RC2 comes
 * from node-forge because OpenSSL 3 moved it to its legacy provider. Not supported: RC4, PBES1 of RFC 8018, scrypt.
 */
import { createDecipheriv, pbkdf2Sync } from 'node:crypto';
import rc2 from 'node-forge/lib/rc2.js';
import util from 'node-forge/lib/util.js';
import { type Asn1, childOf, childrenOf, integerOf, octetsOf, oidOf } from '../asn1/ber.ts';
import { type Digest, PURPOSE, pkcs12Key } from './pkcs12-kdf.ts';

/** An unsupported feature of a file. The message contains nothing of the file's secrets and may be shown. */
export class Unsupported extends Error {}

/**
 * Rounds of key derivation left for the whole file. The limit allows about a hundred parts at usual counts and bounds the time that a hostile file
 * takes.
 */
export type Budget = { rounds: number };
export const MAX_ROUNDS = 2_000_000;
export const spend = (budget: Budget, rounds: number): number => {
  budget.rounds -= rounds;
  if (!(rounds >= 1)) throw new RangeError('no rounds of key derivation');
  if (budget.rounds < 0) throw new Unsupported(`asks for more than ${MAX_ROUNDS} rounds of key derivation`);
  return rounds;
};

/** RFC 8018 appendix C. */
const PBES2 = '1.2.840.113549.1.5.13';
const PBKDF2 = '1.2.840.113549.1.5.12';
const HMAC: Readonly<Record<string, Digest>> = {
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.8': 'sha224',
  '1.2.840.113549.2.9': 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
};
const CIPHERS: Readonly<Record<string, readonly [name: string, keyBytes: number]>> = {
  '2.16.840.1.101.3.4.1.2': ['aes-128-cbc', 16],
  '2.16.840.1.101.3.4.1.22': ['aes-192-cbc', 24],
  '2.16.840.1.101.3.4.1.42': ['aes-256-cbc', 32],
  '1.2.840.113549.3.7': ['des-ede3-cbc', 24],
};
/** RFC 7292 appendix C. */
const LEGACY: Readonly<Record<string, readonly [name: string, keyBytes: number]>> = {
  '1.2.840.113549.1.12.1.3': ['des-ede3-cbc', 24],
  '1.2.840.113549.1.12.1.4': ['des-ede-cbc', 16],
  '1.2.840.113549.1.12.1.5': ['rc2', 16],
  '1.2.840.113549.1.12.1.6': ['rc2', 5],
};

const known = <T>(table: Readonly<Record<string, T>>, identifier: string): T => {
  const found = table[identifier];
  if (found === undefined)
    throw new Unsupported(`is encrypted in a way that is not read (${identifier}): export it again with AES-256`);
  return found;
};

/**
 * Returns the decrypted `bytes`. `algorithm`: an AlgorithmIdentifier. Throws `Unsupported` for an unknown algorithm or too many rounds; a wrong
 * passphrase usually throws another error.
 */
export const decrypt = (algorithm: Asn1, bytes: Buffer, passphrase: string | null, budget: Budget): Buffer => {
  const identifier = oidOf(childOf(algorithm, 0));
  const parameters = childOf(algorithm, 1);
  if (identifier === PBES2) return decryptPbes2(parameters, bytes, passphrase, budget);
  const [cipher, size] = known(LEGACY, identifier);
  const salt = octetsOf(childOf(parameters, 0));
  const iterations = spend(budget, integerOf(childOf(parameters, 1)));
  const derivation = { digest: 'sha1', salt, iterations } as const;
  const key = pkcs12Key(passphrase, derivation, PURPOSE.key, size);
  const vector = pkcs12Key(passphrase, derivation, PURPOSE.vector, 8);
  return cipher === 'rc2' ? decryptRc2(key, vector, bytes) : decipher(cipher, key, vector, bytes);
};

const decryptPbes2 = (parameters: Asn1, bytes: Buffer, passphrase: string | null, budget: Budget): Buffer => {
  const derivation = childOf(parameters, 0);
  const encryption = childOf(parameters, 1);
  known({ [PBKDF2]: true }, oidOf(childOf(derivation, 0)));
  const [cipher, size] = known(CIPHERS, oidOf(childOf(encryption, 0)));
  const [salt, iterations, ...rest] = childrenOf(childOf(derivation, 1));
  if (salt === undefined || iterations === undefined) throw new RangeError('PBKDF2 without salt or rounds');
  // keyLength may precede the prf; the default prf is HMAC-SHA-1 (RFC 8018 A.2).
  const prf = rest.find(({ value }) => typeof value !== 'string');
  const digest = prf === undefined ? 'sha1' : known(HMAC, oidOf(childOf(prf, 0)));
  const rounds = spend(budget, integerOf(iterations));
  const key = pbkdf2Sync(passphrase ?? '', octetsOf(salt), rounds, size, digest);
  return decipher(cipher, key, octetsOf(childOf(encryption, 1)), bytes);
};

const decipher = (cipher: string, key: Buffer, vector: Buffer, bytes: Buffer): Buffer => {
  const open = createDecipheriv(cipher, key, vector);
  return Buffer.concat([open.update(bytes), open.final()]);
};

const decryptRc2 = (key: Buffer, vector: Buffer, bytes: Buffer): Buffer => {
  const open = rc2.createDecryptionCipher(key.toString('latin1'), key.length * 8);
  open.start(vector.toString('latin1'));
  open.update(util.createBuffer(bytes.toString('latin1')));
  if (!open.finish()) throw new RangeError('RC2 with a wrong padding');
  return Buffer.from(open.output.getBytes(), 'latin1');
};
