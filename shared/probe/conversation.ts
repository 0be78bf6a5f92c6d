/**
 * What one connection says until it is settled. The one place where bytes of a relying party are read.
 *
 * - One small write in the handler of `secureConnect`, no session, no agent: a resumed session carries an earlier client's certificate.
 * - `secureConnect` proves nothing: under TLS 1.3 it comes before the server has judged the client's certificate (RFC 8446 §4.4.2.4).
 */
import type { Socket } from 'node:net';
import { type SecureContext, type TLSSocket, connect as tlsConnect } from 'node:tls';
import type { CertificateFacts } from '../model/certificate.ts';
import type { TlsVersion } from '../model/names.ts';
import type { Answer, Ended, Phase } from '../model/probe.ts';
import type { Milliseconds } from '../model/time.ts';
import type { Address } from './addresses.ts';
import { AnswerReader, type HttpRequest, requestBytes } from './http1.ts';
import { readServedChain } from './served-chain.ts';
import { alertOfError, tlsAlert } from './tls-alert.ts';

/** How long a second try listens for a TLS alert before it writes: a failed write would destroy the socket and lose what it holds. */
const LISTEN_FIRST: Milliseconds = 300;

export type ProbeTarget = {
  readonly presented: string | null;
  readonly address: Address;
  /** SNI; null sends none. */
  readonly serverName: string | null;
  /** Null speaks the application protocol without TLS. */
  readonly context: SecureContext | null;
  /** Bytes of the certificates that are presented; 0 for none. */
  readonly presentedBytes: number;
  readonly request: HttpRequest;
  /** Headers whose values are secret: written only where `trusts` says yes to the served chain. */
  readonly secretHeaders: Readonly<Record<string, string>>;
  readonly trusts: (chain: readonly CertificateFacts[]) => boolean;
  readonly timeout: Milliseconds;
  readonly listenFirst: boolean;
};

export type Facts = {
  tls: TlsVersion | null;
  certificateRequested: boolean | null;
  certificateSent: boolean | null;
  chain: readonly CertificateFacts[];
  withheld: readonly string[];
};

export type Settle = (ended: Ended, answer?: Answer | null) => void;

/** Everything one connection says until it is settled, once. */
export class Conversation {
  readonly #target: ProbeTarget;
  readonly #raw: Socket;
  readonly #facts: Facts;
  readonly #settle: Settle;
  readonly #reader: AnswerReader;
  readonly #deadline: NodeJS.Timeout;
  #tls: TLSSocket | null = null;
  #connected = false;
  #secured = false;
  #settled = false;
  #helloBytes: number | null = null;
  #requestBytes = 0;

  constructor(target: ProbeTarget, raw: Socket, facts: Facts, settle: Settle) {
    this.#target = target;
    this.#raw = raw;
    this.#facts = facts;
    this.#settle = settle;
    this.#reader = new AnswerReader(target.request.method);
    // Absolute: a socket's own timeout never fires while a tarpit drips one byte a second.
    this.#deadline = setTimeout(() => this.#expire(), target.timeout);
    raw.on('error', (error) => this.#fail(error));
    raw.on('close', () => this.#finish(this.#closed('fin')));
  }

  speakPlainly(): void {
    this.#connected = true;
    this.#secured = true;
    this.#raw.on('data', (chunk) => this.#read(chunk));
    this.#raw.on('end', () => this.#finish(this.#closed('fin')));
    this.#write(this.#raw, false);
  }

  secure(context: SecureContext): void {
    this.#connected = true;
    const { serverName } = this.#target;
    const socket = tlsConnect({
      socket: this.#raw,
      secureContext: context,
      // Both sides are judged apart: the library must not drop the connection before the server has judged the client.
      rejectUnauthorized: false,
      ALPNProtocols: ['http/1.1'],
      ...(serverName === null ? {} : { servername: serverName }),
    });
    this.#tls = socket;
    // Keys are being derived: in TLS 1.2 the last moment at which a refused handshake shows what it asked for.
    socket.on('keylog', () => this.#note(socket));
    // Renegotiation makes it fire again: a second request must not go out.
    socket.once('secureConnect', () => this.#secureConnected(socket));
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('end', () => this.#finish(this.#closed('fin')));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#finish(this.#closed('fin')));
  }

  #secureConnected(socket: TLSSocket): void {
    this.#secured = true;
    this.#note(socket);
    this.#facts.chain = readServedChain(socket);
    const trusted = Object.keys(this.#target.secretHeaders).length > 0 && this.#target.trusts(this.#facts.chain);
    if (this.#target.listenFirst) setTimeout(() => this.#write(socket, trusted), LISTEN_FIRST).unref();
    else this.#write(socket, trusted);
  }

  #note(socket: TLSSocket): void {
    const version = socket.getProtocol();
    this.#facts.tls = version === 'TLSv1.3' ? '1.3' : version === 'TLSv1.2' ? '1.2' : null;
    // OpenSSL fills this list while it reads a CertificateRequest; in TLS 1.2 and 1.3 alike.
    this.#facts.certificateRequested = socket.getSharedSigalgs().length > 0;
    // Nothing but the hello is out when the first key is derived: the certificate comes next.
    this.#helloBytes ??= this.#raw.bytesWritten;
  }

  #write(socket: Socket, trusted: boolean): void {
    if (this.#settled) return;
    const { request, secretHeaders } = this.#target;
    this.#facts.withheld = trusted ? [] : Object.keys(secretHeaders);
    const bytes = requestBytes(trusted ? { ...request, headers: { ...request.headers, ...secretHeaders } } : request);
    this.#requestBytes = bytes.length;
    socket.write(bytes);
  }

  #read(chunk: Buffer): void {
    if (this.#settled) return;
    const alert = this.#tls === null && !this.#reader.begun ? alertRecord(chunk) : null;
    if (alert !== null) this.#finish({ kind: 'alerted', phase: 'answer', ...alert });
    else if (this.#reader.push(chunk)) this.#finish(this.#closed('fin'));
  }

  #fail(error: NodeJS.ErrnoException): void {
    this.#finish(this.#endedBy(error));
  }

  #endedBy(error: NodeJS.ErrnoException): Ended {
    const alert = alertOfError(error);
    if (alert !== null) return { kind: 'alerted', phase: this.#phase(), ...alert };
    if (!this.#connected)
      return { kind: 'unreachable', phase: 'connect', at: 'tcp', reason: error.code ?? 'unknown error' };
    if (error.code !== 'EPIPE' && error.code !== 'ECONNRESET')
      return { kind: 'not-tls', phase: this.#phase(), reason: error.code ?? 'unknown error' };
    return this.#closed(error.message.startsWith('Client network socket disconnected') ? 'fin' : 'reset');
  }

  #expire(): void {
    const phase = this.#phase();
    this.#finish(
      this.#connected
        ? { kind: 'timed-out', phase }
        : { kind: 'unreachable', phase: 'connect', at: 'tcp', reason: 'ETIMEDOUT' },
    );
  }

  #phase(): Phase {
    if (this.#reader.begun) return 'answer';
    if (this.#secured) return 'request';
    return this.#raw.bytesRead > 0 ? 'handshake' : 'connect';
  }

  #closed(how: 'fin' | 'reset'): Ended {
    return { kind: 'closed', phase: this.#phase(), how };
  }

  /** Whoever was sent a secret may repeat it. */
  #shown(detail: string): string {
    const told = this.#requestBytes > 0 && this.#facts.withheld.length < Object.keys(this.#target.secretHeaders).length;
    return told ? '…' : detail;
  }

  /** OpenSSL leaves a certificate out without a word where nothing asks for it or no signature algorithm fits: only the bytes written tell. */
  #certificateSent(): boolean | null {
    const { presentedBytes } = this.#target;
    if (presentedBytes === 0 || this.#helloBytes === null) return null;
    return this.#raw.bytesWritten - this.#helloBytes - this.#requestBytes >= presentedBytes;
  }

  /** Whatever ended it: a whole status line that came before is the answer. */
  #finish(ended: Ended): void {
    if (this.#settled) return;
    this.#settled = true;
    clearTimeout(this.#deadline);
    if (this.#tls !== null && this.#facts.chain.length === 0) this.#facts.chain = readServedChain(this.#tls);
    this.#facts.certificateSent = this.#certificateSent();
    const { answer, foreign, detail } = this.#reader;
    if (answer !== null) this.#settle({ kind: 'answered', phase: 'answer', status: answer.status }, answer);
    else if (foreign)
      this.#settle({ kind: 'answered', phase: 'answer', protocol: 'unknown', detail: this.#shown(detail) });
    else this.#settle(ended);
    this.#tls?.destroy();
    this.#raw.destroy();
  }
}

/** A TLS server's reply to plaintext: a record of type alert (RFC 8446 §5.1), seven bytes. */
const alertRecord = (chunk: Buffer) => (chunk[0] === 0x15 && chunk[1] === 0x03 ? tlsAlert(chunk[6] ?? 255) : null);
