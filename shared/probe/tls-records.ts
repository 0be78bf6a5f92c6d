/** TLS records and handshake messages of either side (RFC 8446 §5, RFC 5246 §6.2), decrypted for TLS 1.3. Not supported: AES-CCM, KeyUpdate, SSLv2, DTLS. */
import { createDecipheriv, createSecretKey, type DecipherGCM, hash, type KeyObject } from 'node:crypto';

export const RECORD = { changeCipherSpec: 20, handshake: 22, applicationData: 23 } as const;
const HEADER = 5;
const TAG = { authTagLength: 16 };
const IV_LENGTH = 12;

/** Lengths in bytes (FIPS 180-4). */
type Hash = { readonly name: 'sha256' | 'sha384'; readonly blockLength: number; readonly digestLength: number };
const SHA256: Hash = { name: 'sha256', blockLength: 64, digestLength: 32 };
const SHA384: Hash = { name: 'sha384', blockLength: 128, digestLength: 48 };

type Suite = {
  readonly hash: Hash;
  readonly keyLength: number;
  /** `key`: a KeyObject, since node:crypto throws and catches an error inside for each key that is a Buffer. */
  readonly decipher: (key: KeyObject, nonce: Buffer) => Pick<DecipherGCM, 'setAAD' | 'setAuthTag' | 'update' | 'final'>;
};

export type TlsRecord = { readonly type: number; readonly header: Buffer; readonly fragment: Buffer };

/** The complete records in `bytes`; an incomplete last one is left out. */
export function* recordsOf(bytes: Buffer): Generator<TlsRecord> {
  for (let at = 0; at + HEADER <= bytes.length; ) {
    const [body, end] = [at + HEADER, at + HEADER + bytes.readUInt16BE(at + 3)];
    if (end > bytes.length) return;
    yield { type: bytes.readUInt8(at), header: bytes.subarray(at, body), fragment: bytes.subarray(body, end) };
    at = end;
  }
}

export type HandshakeMessage = { readonly type: number; readonly body: Buffer };

/** The whole messages at the start of `handshake`; returns where they end. Messages share records and spread over several (RFC 8446 §5.1). */
export function* messagesOf(handshake: Buffer): Generator<HandshakeMessage, number> {
  let at = 0;
  while (at + 4 <= handshake.length) {
    const end = at + 4 + handshake.readUIntBE(at + 1, 3);
    if (end > handshake.length) break;
    yield { type: handshake.readUInt8(at), body: handshake.subarray(at + 4, end) };
    at = end;
  }
  return at;
}

/** RFC 2104, of a key that is no longer than a block: two one-shot hashes cost a quarter of node:crypto's Hmac. */
const hmac = ({ name, blockLength, digestLength }: Hash, key: Buffer, text: Buffer): Buffer => {
  const inner = Buffer.alloc(blockLength + text.length, 0x36);
  const outer = Buffer.alloc(blockLength + digestLength, 0x5c);
  for (let at = 0; at < key.length; at += 1) {
    inner[at] = 0x36 ^ (key[at] ?? 0);
    outer[at] = 0x5c ^ (key[at] ?? 0);
  }
  text.copy(inner, blockLength);
  hash(name, inner, 'buffer').copy(outer, blockLength);
  return hash(name, outer, 'buffer');
};

/** HkdfLabel without its length (RFC 8446 §7.1), for an empty context, and the counter of HKDF-Expand's only block. */
const infoOf = (label: string): Buffer => {
  const name = Buffer.from(`tls13 ${label}`, 'latin1');
  return Buffer.concat([Buffer.from([0, 0, name.length]), name, Buffer.from([0, 1])]);
};
const INFO = { key: infoOf('key'), iv: infoOf('iv') } as const;

/** RFC 8446 §7.1, HKDF-Expand-Label with an empty context; one block of HMAC is enough for keys and IVs. */
const expandLabel = (algorithm: Hash, secret: Buffer, label: keyof typeof INFO, length: number): Buffer => {
  const info = Buffer.from(INFO[label]);
  info.writeUInt8(length, 1);
  return hmac(algorithm, secret, info).subarray(0, length);
};

/** RFC 8446 §B.4, without AES-CCM, which node:tls does not offer. */
const SUITES: Readonly<Record<number, Suite>> = {
  4865: { hash: SHA256, keyLength: 16, decipher: (key, nonce) => createDecipheriv('aes-128-gcm', key, nonce, TAG) },
  4866: { hash: SHA384, keyLength: 32, decipher: (key, nonce) => createDecipheriv('aes-256-gcm', key, nonce, TAG) },
  4867: {
    hash: SHA256,
    keyLength: 32,
    decipher: (key, nonce) => createDecipheriv('chacha20-poly1305', key, nonce, TAG),
  },
};

/**
 * Reads one record after the other, in their order (RFC 8446 §5.2, §5.3): the handshake bytes in it, none where it holds something else. Null
 * for a cipher suite that is unknown here. `hello`: the body of the ServerHello, which names the suite; `secret`: the handshake traffic secret of the side that is read. The reader throws
 * for a record that these keys did not encrypt.
 */
export const handshakeReader = (hello: Buffer, secret: Buffer): ((record: TlsRecord) => Buffer) | null => {
  // legacy_version, random, legacy_session_id_echo with its length: then the suite.
  const suite = SUITES[hello.readUInt16BE(35 + hello.readUInt8(34))];
  if (suite === undefined) return null;
  const { hash: algorithm, keyLength, decipher } = suite;
  const key = createSecretKey(expandLabel(algorithm, secret, 'key', keyLength));
  const iv = expandLabel(algorithm, secret, 'iv', IV_LENGTH);
  let sequence = 0;
  return ({ header, fragment }) => {
    const nonce = Buffer.from(iv);
    nonce.writeUInt32BE((nonce.readUInt32BE(IV_LENGTH - 4) ^ sequence) >>> 0, IV_LENGTH - 4);
    sequence += 1;
    const sealed = fragment.subarray(0, fragment.length - TAG.authTagLength);
    const opening = decipher(key, nonce);
    opening.setAAD(header, { plaintextLength: sealed.length });
    opening.setAuthTag(fragment.subarray(sealed.length));
    const inner = opening.update(sealed);
    // GCM and ChaCha20 are stream ciphers: nothing is left but the check of the tag.
    opening.final();
    let type = inner.length - 1;
    while (type >= 0 && inner[type] === 0) type -= 1;
    return inner[type] === RECORD.handshake ? inner.subarray(0, type) : Buffer.alloc(0);
  };
};
