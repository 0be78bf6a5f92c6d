/**
 * The Certificate message of a server, from the bytes of its connection. node:tls has no reading of it that is true and flat: `getPeerX509Certificate()`
 * never frees the intermediates (Node 24, 5.8 KB each), `getPeerCertificate(true)` sorts by issuer and drops what it cannot link.
 *
 * OpenSSL has read the same bytes by the time a handshake is over, and decides whether they are valid; here they are only listed.
 */
import { Flight, MESSAGE } from './flight.ts';
import type { Peek } from './tap.ts';

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
  readonly #flight = new Flight('SERVER');

  readonly see = (chunk: Buffer): Buffer => {
    this.#flight.add(chunk);
    return chunk;
  };

  readonly rest = (): Buffer => Buffer.alloc(0);

  /** A line of node:tls's key log. */
  keylog(line: Buffer): void {
    this.#flight.keylog(line);
  }

  /** The body of the ServerHello; null where it did not come whole. */
  hello(): Buffer | null {
    return this.#flight.hello();
  }

  /** DER, as it was sent: leaf first, none sorted, none left out but those after `most`. Null where the message did not come whole, or cannot be read. */
  certificates(most: number): readonly Buffer[] | null {
    try {
      for (const { type, body } of this.#flight.messages(this.#flight.hello()))
        if (type === MESSAGE.certificate) return listed(body, this.#flight.encrypted, most);
      return null;
    } catch {
      return null;
    }
  }

  /** Nothing more is kept, and the secret is forgotten. */
  over(): void {
    this.#flight.over();
  }
}
