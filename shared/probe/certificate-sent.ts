/**
 * Whether our certificate went out. OpenSSL leaves it out without a word where nothing asks for it or no signature algorithm fits: a Certificate
 * message without certificates goes out then (RFC 8446 §4.4.2, RFC 5246 §7.4.6), or none. What was written states it.
 */
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { Flight, MESSAGE, MOST_BYTES } from './flight.ts';
import type { HandshakeMessage } from './tls-records.ts';

export class SentCertificate {
  readonly #raw: Socket;
  readonly #flight = new Flight('CLIENT');
  #length = 0;
  /** Bytes written when the hello was out, and nothing else. */
  #hello: number | null = null;
  /** Bytes written when our last flight was out and nothing was asked yet; null where that moment was not seen. */
  #flightOut: number | null = null;

  constructor(raw: Socket) {
    this.#raw = raw;
  }

  /** Bytes that are written to the connection. What is asked comes after the flight, and may be long. */
  readonly wrote = (chunk: Buffer): void => {
    this.#length += chunk.length;
    if (this.#length <= MOST_BYTES) this.#flight.add(chunk);
  };

  /** When the first key is derived the certificate comes next. A line of node:tls's key log. */
  keylog(line: Buffer): void {
    this.#hello ??= this.#raw.bytesWritten;
    this.#flight.keylog(line);
  }

  flightOut(): void {
    this.#flightOut = this.#raw.bytesWritten;
  }

  /**
   * `presented`: bytes of the certificates, 0 for none. `serverHello`: its body. Null where none was to be sent, or where it never came to that.
   * Where our own messages cannot be read (a renegotiation, a cipher suite that is unknown here), the bytes written are counted.
   */
  certificate(
    presented: number,
    serverHello: Buffer | null,
    requested: boolean | null,
    socket: TLSSocket | null,
  ): boolean | null {
    if (presented === 0 || this.#hello === null) return null;
    return this.#stated(serverHello, requested) ?? this.#counted(presented, requested, socket);
  }

  /**
   * Whoever is asked sends the message, if with an empty list. Where it was asked for and is not there, it was asked for in a renegotiation of TLS 1.2
   * (Apache <Location>), whose messages are encrypted, or our flight was cut off.
   */
  #stated(serverHello: Buffer | null, requested: boolean | null): boolean | null {
    if (this.#flight.lost || (this.#flight.encrypted && serverHello === null)) return null;
    try {
      for (const message of this.#flight.messages(serverHello)) {
        if (message.type === MESSAGE.finished) break;
        const held = holdsCertificate(message, this.#flight.encrypted);
        if (held !== null) return held;
      }
      return requested === true ? null : false;
    } catch {
      return null;
    }
  }

  #counted(presented: number, requested: boolean | null, socket: TLSSocket | null): boolean {
    // Large keys of the server's make our own part of the exchange as long as a certificate.
    if (requested !== true || this.#hello === null) return false;
    const written = this.#flightOut ?? this.#raw.bytesWritten - (socket?.bytesWritten ?? 0);
    return written - this.#hello >= presented;
  }

  /** Nothing more is kept. */
  over(): void {
    this.#flight.over();
  }
}

/** An empty list in a Certificate message of TLS 1.3: the context's length and the list's (RFC 8446 §4.4.2). */
const EMPTY = 4;

/** Null for any other message. */
const holdsCertificate = ({ type, body }: HandshakeMessage, encrypted: boolean): boolean | null => {
  // An algorithm, then the length that the message has uncompressed (RFC 8879 §4).
  if (type === MESSAGE.compressedCertificate) return body.readUIntBE(2, 3) > EMPTY;
  if (type !== MESSAGE.certificate) return null;
  return body.readUIntBE(encrypted ? 1 + body.readUInt8(0) : 0, 3) > 0;
};
