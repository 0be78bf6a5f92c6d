/**
 * The handshake messages of one side of a TLS connection, read from the connection's own bytes. TLS 1.3 encrypts most of them (RFC 8446 §4.4); they
 * are decrypted with the secret of this handshake and this side, which node:tls logs.
 */
import { type HandshakeMessage, handshakeReader, messagesOf, RECORD, recordsOf } from './tls-records.ts';

/** OpenSSL takes a certificate list of 100 KB at most; a CertificateRequest with the names of many CAs may come before it. */
export const MOST_BYTES = 262_144;
/** This many small records take no more than a few milliseconds. */
const MOST_RECORDS = 200;

/** RFC 8446 §4, RFC 5246 §7.4, RFC 8879 §4. */
export const MESSAGE = {
  serverHello: 2,
  certificate: 11,
  certificateRequest: 13,
  finished: 20,
  compressedCertificate: 25,
} as const;

const NOTHING = Buffer.alloc(0);
/** Copies nothing where one piece is all. */
const joined = (pieces: readonly Buffer[]): Buffer =>
  pieces.length === 1 ? (pieces[0] ?? NOTHING) : Buffer.concat(pieces);

/** Messages of records in clear, up to the one that changes keys. */
function* plainMessages(bytes: Buffer): Generator<HandshakeMessage> {
  const fragments: Buffer[] = [];
  for (const { type, fragment } of recordsOf(bytes)) {
    if (type === RECORD.changeCipherSpec) break;
    if (type === RECORD.handshake) fragments.push(fragment);
  }
  yield* messagesOf(joined(fragments));
}

/** Messages under the handshake's keys. Throws for a record that these keys did not encrypt, and for an unsupported cipher suite. */
function* encryptedMessages(bytes: Buffer, hello: Buffer, secret: Buffer): Generator<HandshakeMessage> {
  const read = handshakeReader(hello, secret);
  if (read === null) throw new RangeError('a cipher suite that is unknown here');
  let handshake: Buffer = NOTHING;
  let count = 0;
  for (const record of recordsOf(bytes)) {
    count += 1;
    if (count > MOST_RECORDS) throw new RangeError('too many records');
    if (record.type !== RECORD.applicationData) continue;
    const opened = read(record);
    handshake = handshake.length === 0 ? opened : Buffer.concat([handshake, opened]);
    handshake = handshake.subarray(yield* messagesOf(handshake));
  }
}

const LABELS = { CLIENT: 'CLIENT_HANDSHAKE_TRAFFIC_SECRET ', SERVER: 'SERVER_HANDSHAKE_TRAFFIC_SECRET ' } as const;

export class Flight {
  /** As a line of NSS's key log begins. */
  readonly #label: string;
  #chunks: Buffer[] | null = [];
  #length = 0;
  #secret: Buffer | null = null;

  constructor(side: 'CLIENT' | 'SERVER') {
    this.#label = LABELS[side];
  }

  /** Adds bytes; drops all of a peer that sends too many before its handshake is over. */
  add(chunk: Buffer): void {
    if (this.#chunks === null) return;
    this.#length += chunk.length;
    if (this.#length > MOST_BYTES) this.over();
    else this.#chunks.push(chunk);
  }

  /** A line of node:tls's key log. */
  keylog(line: Buffer): void {
    if (this.#chunks === null || line.toString('latin1', 0, this.#label.length) !== this.#label) return;
    // The label, the client's random, the secret.
    const secret = /^[0-9a-f]+ ([0-9a-f]+)/i.exec(line.toString('latin1', this.#label.length))?.[1];
    if (secret !== undefined) this.#secret = Buffer.from(secret, 'hex');
  }

  /** Whether messages are encrypted, as in TLS 1.3 all but the hellos are. */
  get encrypted(): boolean {
    return this.#secret !== null;
  }

  /** Whether bytes were dropped: there were too many, or the handshake is over. */
  get lost(): boolean {
    return this.#chunks === null;
  }

  /** The body of the ServerHello among what this side sent; null where it did not come whole. Of several (HelloRetryRequest) the first: all choose one suite. */
  hello(): Buffer | null {
    for (const { type, body } of plainMessages(joined(this.#chunks ?? [])))
      if (type === MESSAGE.serverHello) return body;
    return null;
  }

  /** Bytes of the first record under the handshake's keys, which says nothing of the messages in it; null where none came whole. */
  get firstEncrypted(): number | null {
    for (const { type, fragment } of recordsOf(joined(this.#chunks ?? [])))
      if (type === RECORD.applicationData) return fragment.length;
    return null;
  }

  /** In order, as far as they came whole. The iteration throws for bytes that are no TLS, or cannot be read. `hello`: the ServerHello. */
  *messages(hello: Buffer | null): Generator<HandshakeMessage> {
    const bytes = joined(this.#chunks ?? []);
    if (this.#secret === null) yield* plainMessages(bytes);
    else if (hello !== null) yield* encryptedMessages(bytes, hello, this.#secret);
  }

  /** Nothing more is kept, and the secret is forgotten. */
  over(): void {
    this.#chunks = null;
    this.#secret = null;
  }
}
