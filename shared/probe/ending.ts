/** How a connection ended and in which phase, from the events of its sockets. */
import type { Socket } from 'node:net';
import type { Ended, Phase } from '../model/probe.ts';
import { greetingOf } from '../protocol/greeting.ts';
import type { Tap } from './tap.ts';
import { alertOfError } from './tls-alert.ts';

/** node:tls reports this for every connection that ends before its handshake is complete. */
const DISCONNECTED = 'Client network socket disconnected';

/** RFC 8446 §5.1: change_cipher_spec, alert, handshake or application_data, of a version 3.x, no longer than a record may be. */
const isRecord = (head: Buffer): boolean =>
  head.length >= 5 &&
  head.readUInt8(0) >= 20 &&
  head.readUInt8(0) <= 23 &&
  head[1] === 3 &&
  head.readUInt16BE(3) <= 16_384 + 2048;

export class Ending {
  readonly #raw: Socket;
  connected = false;
  /** Whether the handshake is over on the client's side; true from the start without TLS. */
  secured = false;
  /** Where the connection is tapped. */
  tap: Tap | null = null;
  /** Bytes that the server sent before TLS. */
  bytesBefore = 0;
  /** The first bytes that the server sent where TLS was expected. */
  head: () => Buffer = () => Buffer.alloc(0);
  /** Whether any byte of an answer has come. */
  answering: () => boolean = () => false;

  constructor(raw: Socket) {
    this.#raw = raw;
  }

  /** node:tls does not distinguish close_notify from a FIN; a tap does, by the state of the TCP connection. */
  closed(): Ended {
    return {
      kind: 'closed',
      phase: this.#phase(),
      how: this.tap === null ? 'fin' : (this.tap.ended ?? 'close-notify'),
    };
  }

  by(error: NodeJS.ErrnoException): Ended {
    const phase = this.#phase();
    const alert = alertOfError(error);
    if (alert !== null) return { kind: 'alerted', phase, ...alert };
    if (!this.connected)
      return { kind: 'unreachable', phase: 'connect', at: 'tcp', reason: error.code ?? 'unknown error' };
    if (error.message.startsWith(DISCONNECTED)) return this.closed();
    if (error.code === 'EPIPE' || error.code === 'ECONNRESET') return { kind: 'closed', phase, how: 'reset' };
    // node:http2 destroys the channel with its own error: it was TLS, and no HTTP/2.
    if (error.code?.startsWith('ERR_HTTP2_'))
      return { kind: 'answered', phase: 'answer', protocol: 'h2', detail: error.code };
    return this.#unread(phase, error.code ?? 'unknown error');
  }

  expired(): Ended {
    return this.connected
      ? { kind: 'timed-out', phase: this.#phase() }
      : { kind: 'unreachable', phase: 'connect', at: 'tcp', reason: 'ETIMEDOUT' };
  }

  /** OpenSSL fails on bytes that are no TLS and on TLS that it does not support: the first record shows which. */
  #unread(phase: Phase, reason: string): Ended {
    const head = this.head();
    if (isRecord(head)) return { kind: 'incompatible', phase, reason };
    const greeting = greetingOf(head);
    return { kind: 'not-tls', phase, reason, ...(greeting === null ? {} : { greeting }) };
  }

  #phase(): Phase {
    if (this.answering()) return 'answer';
    if (this.secured) return 'request';
    return this.#raw.bytesRead > this.bytesBefore ? 'handshake' : 'connect';
  }
}
