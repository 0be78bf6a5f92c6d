/**
 * The Certificate and CertificateRequest messages of a server, from the bytes of its connection. node:tls has no usable reader for them:
 * `getPeerX509Certificate()` never frees the intermediates (Node 24, 5.8 KB each); `getPeerCertificate(true)` sorts by issuer, drops what it cannot
 * link, and may end the process (handshake.ts).
 *
 * OpenSSL has read the same bytes by the time a handshake is over, and decides whether they are valid; here they are only listed.
 */
import { Flight, MESSAGE } from './flight.ts';
import type { Peek } from './tap.ts';

/** Enough for the first line of a greeting. */
const HEAD = 256;

/** RFC 5246 §7.4.2; under TLS 1.3 a context comes first and extensions follow each (RFC 8446 §4.4.2). Throws where a length leads out of the message. */
const certificatesIn = (message: Buffer, encrypted: boolean, most: number): readonly Buffer[] => {
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

/** OpenSSL takes a CertificateRequest of 16 KB; other clients take more. */
const MOST_NAMES = 2_000;
const CERTIFICATE_AUTHORITIES = 47;

/**
 * DistinguishedNames, each behind its length of two bytes. Throws where a length leads out of the list. Each is a copy with memory of its own: an
 * observation keeps it, and a Buffer from Node's pool would keep 64 KB with it.
 */
const namesIn = (list: Buffer): readonly Uint8Array[] => {
  const found: Uint8Array[] = [];
  for (let at = 0; at < list.length && found.length < MOST_NAMES; ) {
    const end = at + 2 + list.readUInt16BE(at);
    if (end > list.length) throw new RangeError('a name is longer than its list');
    found.push(new Uint8Array(list.subarray(at + 2, end)));
    at = end;
  }
  return found;
};

const behindLength = (bytes: Buffer, at: number): Buffer => {
  const end = at + 2 + bytes.readUInt16BE(at);
  if (end > bytes.length) throw new RangeError('a list is longer than its message');
  return bytes.subarray(at + 2, end);
};

/** RFC 5246 §7.4.4: types, signature algorithms, names. */
const namesOfTls12 = (request: Buffer): readonly Uint8Array[] => {
  const algorithms = 1 + request.readUInt8(0);
  return namesIn(behindLength(request, algorithms + 2 + request.readUInt16BE(algorithms)));
};

/** RFC 8446 §4.3.2: a context, extensions; §4.2.4: the names in one of them. */
const namesOfTls13 = (request: Buffer): readonly Uint8Array[] => {
  const extensions = behindLength(request, 1 + request.readUInt8(0));
  for (let at = 0; at < extensions.length; ) {
    const content = behindLength(extensions, at + 2);
    if (extensions.readUInt16BE(at) === CERTIFICATE_AUTHORITIES) return namesIn(behindLength(content, 0));
    at += 4 + content.length;
  }
  return [];
};

export type Listed = {
  /** DER, as it was sent: leaf first, none sorted, none left out but those after `most`. Null where the message did not come whole, or cannot be read. */
  readonly certificates: readonly Buffer[] | null;
  /** The names of acceptable CAs, DER; none where a CertificateRequest names none. Null where none came whole, or it cannot be read. */
  readonly acceptableCas: readonly Uint8Array[] | null;
};

/** Null for no message, and for one that cannot be read. */
const readOr = <T>(body: Buffer | null, read: (body: Buffer) => T): T | null => {
  try {
    return body === null ? null : read(body);
  } catch {
    return null;
  }
};

/** The handshake messages of a server. */
export class ServerFlight implements Peek {
  readonly #flight = new Flight('SERVER');
  #head: Buffer = Buffer.alloc(0);
  #hello: Buffer | null = null;

  readonly see = (chunk: Buffer): Buffer => {
    const missing = HEAD - this.#head.length;
    if (missing > 0) this.#head = Buffer.concat([this.#head, chunk.subarray(0, missing)]);
    this.#flight.add(chunk);
    return chunk;
  };

  readonly rest = (): Buffer => Buffer.alloc(0);

  /** The first bytes of all. */
  readonly head = (): Buffer => this.#head;

  /** A line of node:tls's key log. */
  keylog(line: Buffer): void {
    this.#flight.keylog(line);
  }

  /** The body of the ServerHello; null where it did not come whole. Once it was read, it is known when its bytes are kept no longer. */
  hello(): Buffer | null {
    this.#hello ??= this.#flight.hello();
    return this.#hello;
  }

  /** What the flight lists, as far as it came whole; the bytes are read once for both. `most`: certificates. */
  listed(most: number): Listed {
    let certificate: Buffer | null = null;
    let request: Buffer | null = null;
    try {
      for (const { type, body } of this.#flight.messages(this.hello())) {
        if (type === MESSAGE.certificateRequest) request ??= body;
        if (type === MESSAGE.certificate) certificate ??= body;
        // RFC 8446 §4.3.2: the request stands before the certificate; under TLS 1.2 it follows.
        if (certificate !== null && (request !== null || this.#flight.encrypted)) break;
      }
    } catch {
      // What was read before is still true.
    }
    const { encrypted } = this.#flight;
    return {
      certificates: readOr(certificate, (body) => certificatesIn(body, encrypted, most)),
      acceptableCas: readOr(request, encrypted ? namesOfTls13 : namesOfTls12),
    };
  }

  /** Keeps no more bytes, and drops the secret. */
  over(): void {
    this.#flight.over();
  }
}
