/**
 * Java's own keystore (JKS; sun.security.provider.JavaKeyStore): trusted certificates are kept in the clear, so they need no password. Its digest at the
 * end is keyed by the password, and is not looked at.
 */
const JKS = 'feedfeed';

export type Keystore = {
  /** X.509, of the entries that are trusted certificates. */
  readonly trusted: readonly Uint8Array[];
  readonly keys: number;
  /** It ends before its entries do, or holds one of a kind that is not known. */
  readonly cut: { readonly entry: number; readonly of: number } | null;
};

const KEY = 1;
const TRUSTED = 2;

export const isJks = (bytes: Uint8Array): boolean => Buffer.from(bytes.subarray(0, 4)).toString('hex') === JKS;

/** What can be read of it. Never throws. */
export const readJks = (bytes: Uint8Array): Keystore => {
  const trusted: Uint8Array[] = [];
  const read = new Reader(bytes.subarray(4));
  let keys = 0;
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
        keys += 1;
        read.take(read.number());
        for (let chain = read.number(); chain > 0; chain -= 1) read.certificate(version);
      } else throw new RangeError('an entry of another kind');
    }
    return { trusted, keys, cut: null };
  } catch {
    return { trusted, keys, cut: { entry: Math.max(1, entry), of } };
  }
};

/** Big-endian, as Java's DataOutputStream writes it. Throws a RangeError past the end. */
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

  /** Since version 2 its type is named before it. */
  certificate(version: number): Uint8Array {
    if (version >= 2) this.text();
    return this.take(this.number());
  }
}
