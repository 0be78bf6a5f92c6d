/** TLS records and handshake messages of either side (RFC 8446 §5, RFC 5246 §6.2), decrypted for TLS 1.3. Not supported: AES-CCM, KeyUpdate, SSLv2, DTLS. */
import { createDecipheriv, createHmac, type DecipherGCM } from 'node:crypto';

export const RECORD = { changeCipherSpec: 20, handshake: 22, applicationData: 23 } as const;
const HEADER = 5;
const TAG = { authTagLength: 16 };
const IV_LENGTH = 12;

type Suite = {
  readonly hash: string;
  readonly keyLength: number;
  readonly decipher: (key: Buffer, nonce: Buffer) => Pick<DecipherGCM, 'setAAD' | 'setAuthTag' | 'update' | 'final'>;
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

/** RFC 8446 §7.1, HKDF-Expand-Label with an empty context; one block of HMAC is enough for keys and IVs. */
const expandLabel = (hash: string, secret: Buffer, label: string, length: number): Buffer => {
  const name = Buffer.from(`tls13 ${label}`, 'latin1');
  const info = Buffer.concat([Buffer.from([0, length, name.length]), name, Buffer.from([0, 1])]);
  return createHmac(hash, secret).update(info).digest().subarray(0, length);
};

/** RFC 8446 §B.4, without AES-CCM, which node:tls does not offer. */
const SUITES: Readonly<Record<number, Suite>> = {
  4865: { hash: 'sha256', keyLength: 16, decipher: (key, nonce) => createDecipheriv('aes-128-gcm', key, nonce, TAG) },
  4866: { hash: 'sha384', keyLength: 32, decipher: (key, nonce) => createDecipheriv('aes-256-gcm', key, nonce, TAG) },
  4867: {
    hash: 'sha256',
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
  const { hash, keyLength, decipher } = suite;
  const [key, iv] = [expandLabel(hash, secret, 'key', keyLength), expandLabel(hash, secret, 'iv', IV_LENGTH)];
  let sequence = 0;
  return ({ header, fragment }) => {
    const nonce = Buffer.from(iv);
    nonce.writeUInt32BE((nonce.readUInt32BE(IV_LENGTH - 4) ^ sequence) >>> 0, IV_LENGTH - 4);
    sequence += 1;
    const sealed = fragment.subarray(0, fragment.length - TAG.authTagLength);
    const opening = decipher(key, nonce);
    opening.setAAD(header, { plaintextLength: sealed.length });
    opening.setAuthTag(fragment.subarray(sealed.length));
    const inner = Buffer.concat([opening.update(sealed), opening.final()]);
    const type = inner.findLastIndex((byte) => byte !== 0);
    return inner[type] === RECORD.handshake ? inner.subarray(0, type) : Buffer.alloc(0);
  };
};
