/** Derives keys from a passphrase as PKCS#12 does (RFC 7292 appendix B.2). */
import { hash } from 'node:crypto';

/** Block size of each hash, in bytes. */
const BLOCK = { sha1: 64, sha224: 64, sha256: 64, sha384: 128, sha512: 128 } as const;
export type Digest = keyof typeof BLOCK;
export const PURPOSE = { key: 1, vector: 2, mac: 3 } as const;

export type Derivation = { readonly digest: Digest; readonly salt: Uint8Array; readonly iterations: number };

/**
 * Returns the passphrase as a BMPString with its terminator (appendix B.1). A missing passphrase (no bytes) differs from an empty one (the
 * terminator); files use either.
 */
const passphraseBytes = (passphrase: string | null): Buffer =>
  passphrase === null ? Buffer.alloc(0) : Buffer.from(`${passphrase}\0`, 'utf16le').swap16();

const repeated = (bytes: Uint8Array, block: number): Buffer =>
  Buffer.alloc(Math.ceil(bytes.length / block) * block, bytes.length === 0 ? 0 : bytes);

/** Returns `length` bytes of key material for `purpose` (a value of `PURPOSE`). `passphrase`: null for none. */
export const pkcs12Key = (
  passphrase: string | null,
  { digest, salt, iterations }: Derivation,
  purpose: number,
  length: number,
): Buffer => {
  const block = BLOCK[digest];
  const input = Buffer.concat([repeated(salt, block), repeated(passphraseBytes(passphrase), block)]);
  const made: Buffer[] = [];
  for (let size = 0; size < length; ) {
    let round: Buffer = Buffer.concat([Buffer.alloc(block, purpose), input]);
    for (let count = 0; count < iterations; count += 1) round = hash(digest, round, 'buffer');
    made.push(round);
    size += round.length;
    addToEach(input, Buffer.alloc(block, round), block);
  }
  return Buffer.concat(made).subarray(0, length);
};

/** Adds `addend` plus one to each block of `input`, as big-endian numbers modulo the block's size. */
const addToEach = (input: Buffer, addend: Buffer, block: number): void => {
  for (let start = 0; start < input.length; start += block) {
    let carry = 1;
    for (let at = block - 1; at >= 0; at -= 1) {
      carry += (input[start + at] ?? 0) + (addend[at] ?? 0);
      input[start + at] = carry & 0xff;
      carry >>= 8;
    }
  }
};
