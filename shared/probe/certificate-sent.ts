/**
 * Whether the client certificate was sent. OpenSSL omits it silently if the server requests none or no signature algorithm fits: it then sends a
 * Certificate message without certificates (RFC 8446 §4.4.2, RFC 5246 §7.4.6), or none. The bytes that were written show which.
 */
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { Flight, MESSAGE, MOST_BYTES } from './flight.ts';
import type { HandshakeMessage } from './tls-records.ts';

export class SentCertificate {
  readonly #raw: Socket;
  readonly #flight = new Flight('CLIENT');
  #length = 0;
  /** Bytes written when only the ClientHello had been sent. */
  #hello: number | null = null;
  /** Bytes written after the client's last handshake flight and before the request; null where that moment was not seen. */
  #flightOut: number | null = null;

  constructor(raw: Socket) {
    this.#raw = raw;
  }

  /** Adds bytes that are written to the connection. The request comes after the flight, and may be long. */
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
   * `presented`: bytes of the certificates, 0 for none. `serverHello`: its body. Null where no certificate was to be sent, or the handshake ended before.
   * Where the client's messages cannot be read (a renegotiation, an unknown cipher suite), the written bytes are counted instead.
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
   * A client that is asked sends the message, if with an empty list. If the server asked and the message is missing, the server asked in a renegotiation
   * of TLS 1.2 (Apache <Location>), whose messages are encrypted, or the client's flight was cut off.
   */
  #stated(serverHello: Buffer | null, requested: boolean | null): boolean | null {
    if (this.#flight.lost || (this.#flight.encrypted && serverHello === null)) return null;
    if (this.#flight.encrypted && (this.#flight.firstEncrypted ?? 0) > LONGEST_WITHOUT) return true;
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
    // With a large key of the server the client's key exchange is as long as a certificate.
    if (requested !== true || this.#hello === null) return false;
    const written = this.#flightOut ?? this.#raw.bytesWritten - (socket?.bytesWritten ?? 0);
    return written - this.#hello >= presented;
  }

  /** Keeps no more bytes. */
  over(): void {
    this.#flight.over();
  }
}

/**
 * OpenSSL begins its encrypted flight with a Certificate message where it was asked for one, else with Finished (RFC 8446 §4.4), in a record of its own. Without
 * certificates the longest of these has a header of 4 bytes, a context of 255 with its length, the list's length of 3, the record's type and its tag of 16. A longer
 * record holds certificates, and need not be decrypted.
 */
const LONGEST_WITHOUT = 4 + 1 + 255 + 3 + 1 + 16;

/** An empty list in a Certificate message of TLS 1.3: the context's length and the list's (RFC 8446 §4.4.2). */
const EMPTY = 4;

/** Null for any other message. */
const holdsCertificate = ({ type, body }: HandshakeMessage, encrypted: boolean): boolean | null => {
  // An algorithm, then the length that the message has uncompressed (RFC 8879 §4).
  if (type === MESSAGE.compressedCertificate) return body.readUIntBE(2, 3) > EMPTY;
  if (type !== MESSAGE.certificate) return null;
  return body.readUIntBE(encrypted ? 1 + body.readUInt8(0) : 0, 3) > 0;
};
