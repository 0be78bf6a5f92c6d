/** Whether our certificate went out. OpenSSL leaves it out without a word where nothing asks for it or no signature algorithm fits: only the bytes written tell. */
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

export class SentBytes {
  readonly #raw: Socket;
  /** Bytes written when the hello was out, and nothing else. */
  #hello: number | null = null;
  /** Bytes written when our last flight was out and nothing was asked yet; null where that moment was not seen. */
  #flight: number | null = null;

  constructor(raw: Socket) {
    this.#raw = raw;
  }

  /** When the first key is derived the certificate comes next. */
  keyDerived(): void {
    this.#hello ??= this.#raw.bytesWritten;
  }

  flightOut(): void {
    this.#flight = this.#raw.bytesWritten;
  }

  /** `presented`: bytes of the certificates, 0 for none. Null where none was to be sent, or where it never came to that. */
  certificate(presented: number, requested: boolean | null, socket: TLSSocket | null): boolean | null {
    if (presented === 0 || this.#hello === null) return null;
    // Large keys of the server's make our own part of the exchange as long as a certificate.
    if (requested !== true) return false;
    const written = this.#flight ?? this.#raw.bytesWritten - (socket?.bytesWritten ?? 0);
    return written - this.#hello >= presented;
  }
}
