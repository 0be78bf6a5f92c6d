/**
 * Reads the entries of a Java keystore (JKS; sun.security.provider.JavaKeyStore). Certificates are not encrypted and need no password; `jks-key.ts`
 * opens the keys. Not supported: the digest at the end (not verified: the password is its key), and JCEKS keystores.
 */
const JKS = 'feedfeed';

/** `encrypted`: EncryptedPrivateKeyInfo (RFC 5958 §3), DER. `chain`: the key's certificates, DER, leaf first. */
export type KeyEntry = { readonly encrypted: Uint8Array; readonly chain: readonly Uint8Array[] };

export type Keystore = {
  /** The DER of each trusted certificate entry. */
  readonly trusted: readonly Uint8Array[];
  readonly keys: readonly KeyEntry[];
  /** The entry, from 1, at which the file ends early or has an unknown kind; null for a whole file. */
  readonly cut: { readonly entry: number; readonly of: number } | null;
};

const KEY = 1;
const TRUSTED = 2;

export const isJks = (bytes: Uint8Array): boolean => Buffer.from(bytes.subarray(0, 4)).toString('hex') === JKS;

/** Returns the entries up to the first damaged one. Never throws. */
export const readJks = (bytes: Uint8Array): Keystore => {
  const trusted: Uint8Array[] = [];
  const read = new Reader(bytes.subarray(4));
  const keys: KeyEntry[] = [];
  let entry = 0;
  let of = 0;
  try {
    const version = read.number();
    of = read.number();
    for (entry = 1; entry <= of; entry += 1) {
      const kind = read.number();
      read.text();
      read.take(8);
      if (kind === TRUSTED) trusted.push(read.certificate(version));
      else if (kind === KEY) {
        const encrypted = read.take(read.number());
        const chain: Uint8Array[] = [];
        keys.push({ encrypted, chain });
        for (let left = read.number(); left > 0; left -= 1) chain.push(read.certificate(version));
      } else throw new RangeError('an entry of another kind');
    }
    return { trusted, keys, cut: null };
  } catch {
    return { trusted, keys, cut: { entry: Math.max(1, entry), of } };
  }
};

/** Reads big-endian numbers, as Java's DataOutputStream writes them. Throws a RangeError past the end. */
class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes);
  }

  take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new RangeError('JKS ends before its content');
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  number(): number {
    return Buffer.from(this.take(4)).readUInt32BE();
  }

  text(): void {
    this.take(Buffer.from(this.take(2)).readUInt16BE());
  }

  /** From version 2 the certificate's type precedes it. */
  certificate(version: number): Uint8Array {
    if (version >= 2) this.text();
    return this.take(this.number());
  }
}
