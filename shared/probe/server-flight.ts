/**
 * The Certificate message of a server, from the bytes of its connection. node:tls has no reading of it that is true and flat: `getPeerX509Certificate()`
 * never frees the intermediates (Node 24, 5.8 KB each), `getPeerCertificate(true)` sorts by issuer and drops what it cannot link.
 *
 * Under TLS 1.3 the message is encrypted (RFC 8446 §4.4.2): the secret of this one handshake, which node:tls hands out, opens it. OpenSSL
 * has read the same bytes by the time a handshake is over, and decides whether they are valid; here they are only listed.
 */
import type { Peek } from './tap.ts';
import { handshakeReader, messageOf, RECORD, recordsOf } from './tls-records.ts';

/** OpenSSL takes a certificate list of 100 KB at most; a CertificateRequest with the names of many CAs may come before it. */
const MOST_BYTES = 262_144;
/** So many small records cost no more than a few milliseconds. */
const MOST_RECORDS = 200;
/** Enough for the first line of a greeting. */
const HEAD = 256;
const MESSAGE = { serverHello: 2, certificate: 11 } as const;

/** Null where the message did not come whole. Throws for bytes that are no TLS. */
const encryptedMessage = (bytes: Buffer, secret: Buffer): Buffer | null => {
  let [plain, handshake] = [Buffer.alloc(0), Buffer.alloc(0)];
  let read: ReturnType<typeof handshakeReader> = null;
  let count = 0;
  for (const record of recordsOf(bytes)) {
    count += 1;
    if (count > MOST_RECORDS) return null;
    if (record.type === RECORD.handshake) plain = Buffer.concat([plain, record.fragment]);
    if (record.type !== RECORD.applicationData) continue;
    const hello = messageOf(plain, MESSAGE.serverHello);
    read ??= hello === null ? null : handshakeReader(hello, secret);
    if (read === null) return null;
    handshake = Buffer.concat([handshake, read(record)]);
    const found = messageOf(handshake, MESSAGE.certificate);
    if (found !== null) return found;
  }
  return null;
};

const plainMessage = (bytes: Buffer): Buffer | null => {
  const fragments: Buffer[] = [];
  for (const { type, fragment } of recordsOf(bytes)) {
    if (type === RECORD.changeCipherSpec) break;
    if (type === RECORD.handshake) fragments.push(fragment);
  }
  return messageOf(Buffer.concat(fragments), MESSAGE.certificate);
};

/** RFC 5246 §7.4.2; under TLS 1.3 a context comes first and extensions follow each (RFC 8446 §4.4.2). Throws where a length leads out of the message. */
const listed = (message: Buffer, encrypted: boolean, most: number): readonly Buffer[] => {
  const found: Buffer[] = [];
  let at = encrypted ? 1 + message.readUInt8(0) : 0;
  const end = at + 3 + message.readUIntBE(at, 3);
  for (at += 3; at < end && found.length < most; ) {
    const after = at + 3 + message.readUIntBE(at, 3);
    if (after > message.length) throw new RangeError('a certificate is longer than its message');
    found.push(message.subarray(at + 3, after));
    at = encrypted ? after + 2 + message.readUInt16BE(after) : after;
  }
  return found;
};

/** What a server says until its handshake is over. */
export class ServerFlight implements Peek {
  #chunks: Buffer[] | null = [];
  #length = 0;
  #secret: Buffer | null = null;
  #head: Buffer = Buffer.alloc(0);

  readonly see = (chunk: Buffer): Buffer => {
    if (this.#head.length < HEAD) this.#head = Buffer.concat([this.#head, chunk.subarray(0, HEAD - this.#head.length)]);
    if (this.#chunks === null) return chunk;
    this.#length += chunk.length;
    if (this.#length > MOST_BYTES) this.over();
    else this.#chunks.push(chunk);
    return chunk;
  };

  readonly rest = (): Buffer => Buffer.alloc(0);

  /** The first bytes of all. */
  readonly head = (): Buffer => this.#head;

  /** A line of node:tls's key log. */
  keylog(line: Buffer): void {
    const secret = /^SERVER_HANDSHAKE_TRAFFIC_SECRET [0-9a-f]+ ([0-9a-f]+)/i.exec(line.toString('latin1'))?.[1];
    if (secret !== undefined) this.#secret = Buffer.from(secret, 'hex');
  }

  /** DER, as it was sent: leaf first, none sorted, none left out but those after `most`. Null where the message did not come whole, or cannot be read. */
  certificates(most: number): readonly Buffer[] | null {
    if (this.#chunks === null) return null;
    const bytes = Buffer.concat(this.#chunks);
    try {
      const message = this.#secret === null ? plainMessage(bytes) : encryptedMessage(bytes, this.#secret);
      return message === null ? null : listed(message, this.#secret !== null, most);
    } catch {
      return null;
    }
  }

  /** Nothing more is kept, and the secret is forgotten. */
  over(): void {
    this.#chunks = null;
    this.#secret = null;
  }
}
