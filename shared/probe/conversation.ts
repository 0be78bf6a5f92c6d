/**
 * What one connection says until it is settled. The one place where bytes of a relying party are read.
 *
 * - What is asked is written in the handler of `secureConnect`; no session but one that a scenario offers, no agent: a resumed session
 *   carries an earlier client's certificate.
 * - `secureConnect` proves nothing: under TLS 1.3 it comes before the server has judged the client's certificate (RFC 8446 §4.4.2.4).
 */
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type SecureContext, type TLSSocket, connect as tlsConnect } from 'node:tls';
import type { CertificateFacts } from '../model/certificate.ts';
import type { TlsVersion } from '../model/names.ts';
import type { Answer, Ended, Phase } from '../model/probe.ts';
import type { Milliseconds } from '../model/time.ts';
import type { Address } from './addresses.ts';
import type { Reading, Secrets, Speaker, Upgrade } from './exchange.ts';
import { peekPlaintext } from './plaintext.ts';
import { readServedChain } from './served-chain.ts';
import { RecordWatch, Tap } from './tap.ts';
import { alertOfError } from './tls-alert.ts';

/** How long a second try listens for a TLS alert before it writes: a failed write would destroy the socket and lose what it holds. */
const LISTEN_FIRST: Milliseconds = 300;

/** A session as node:tls keeps it, and the server name it was made for. */
export type OfferedSession = { readonly session: Buffer; readonly madeFor: string | null };

export type ProbeTarget = {
  readonly presented: string | null;
  readonly address: Address;
  /** SNI; null sends none. */
  readonly serverName: string | null;
  /** Null speaks the application protocol without TLS. */
  readonly context: SecureContext | null;
  /** Bytes of the certificates that are presented; 0 for none. */
  readonly presentedBytes: number;
  readonly speaker: Speaker;
  /** ALPN protocols in place of the speaker's own; null for those. */
  readonly alpn: readonly string[] | null;
  /** Headers whose values are secret: written only where `trusts` says yes to the served chain. */
  readonly secretHeaders: Readonly<Record<string, string>>;
  readonly trusts: (chain: readonly CertificateFacts[]) => boolean;
  readonly timeout: Milliseconds;
  readonly listenFirst: boolean;
  readonly offered?: OfferedSession;
  /** Told of each session that the server gives. */
  readonly onSession?: (session: Buffer) => void;
};

export type Facts = {
  tls: TlsVersion | null;
  certificateRequested: boolean | null;
  certificateSent: boolean | null;
  resumed: boolean;
  chain: readonly CertificateFacts[];
  withheld: readonly string[];
};

export type Settle = (ended: Ended, answer?: Answer | null) => void;

/** In node:tls since 0.11 and in no type declaration. */
const rename = (socket: TLSSocket, serverName: string): void =>
  (socket as TLSSocket & { setServername(name: string): void }).setServername(serverName);

const NOTHING: Reading = { begun: false, answer: null, foreign: null };

/** Everything one connection says until it is settled, once. */
export class Conversation {
  readonly #target: ProbeTarget;
  readonly #raw: Socket;
  readonly #facts: Facts;
  readonly #settle: Settle;
  readonly #deadline: NodeJS.Timeout;
  /** Only where the connection is tapped. */
  #records: RecordWatch | null = null;
  #window: NodeJS.Timeout | null = null;
  #reading: Reading = NOTHING;
  #tls: TLSSocket | null = null;
  #connected = false;
  #secured = false;
  #settled = false;
  #asked = false;
  /** Bytes that the server sent before TLS. */
  #upgradeBytes = 0;
  #helloBytes: number | null = null;
  /** Bytes written when our last flight was out and nothing was asked yet; null where that moment was not seen. */
  #flightBytes: number | null = null;

  constructor(target: ProbeTarget, raw: Socket, facts: Facts, settle: Settle) {
    this.#target = target;
    this.#raw = raw;
    this.#facts = facts;
    this.#settle = settle;
    // Absolute: a socket's own timeout never fires while a tarpit drips one byte a second.
    this.#deadline = setTimeout(() => this.#expire(), target.timeout);
    raw.on('error', (error) => this.#fail(error));
    raw.on('close', () => this.#finish(this.#closed('fin')));
  }

  /** The application protocol on the bare connection. */
  speakPlainly(): void {
    this.#connected = true;
    this.#secured = true;
    const peek = peekPlaintext({
      alert: (alert) => this.#finish({ kind: 'alerted', phase: 'answer', ...alert }),
      http: (reading) => {
        this.#reading = reading;
      },
      done: () => this.#finish(this.#closed('fin')),
    });
    const channel = this.#watched(new Tap(this.#raw, peek));
    this.#begin(channel, this.#target.speaker.plaintext, {});
  }

  /** TLS, after what the protocol says before it. */
  secure(context: SecureContext): void {
    this.#connected = true;
    const { upgrade } = this.#target.speaker;
    if (upgrade === null) this.#handshake(context);
    else this.#upgrade(upgrade, context);
  }

  #upgrade({ request, read }: Upgrade, context: SecureContext): void {
    let reply: Buffer = Buffer.alloc(0);
    const onData = (chunk: Buffer): void => {
      reply = Buffer.concat([reply, chunk.subarray(0, 256)]);
      const verdict = read(reply);
      if (verdict === null) return;
      this.#raw.off('data', onData).pause();
      this.#upgradeBytes = this.#raw.bytesRead;
      if (verdict === 'go-on') this.#handshake(context);
      else this.#finish({ kind: 'not-tls', phase: 'handshake', reason: verdict.detail });
    };
    this.#raw.on('data', onData);
    this.#raw.on('end', () => this.#finish(this.#closed('fin')));
    this.#raw.write(request);
  }

  #handshake(context: SecureContext): void {
    const { serverName, offered, speaker, alpn, onSession } = this.#target;
    const name = offered === undefined ? serverName : offered.madeFor;
    const socket = tlsConnect({
      socket: this.#target.listenFirst ? this.#tapped() : this.#raw,
      secureContext: context,
      // Both sides are judged apart: the library must not drop the connection before the server has judged the client.
      rejectUnauthorized: false,
      ALPNProtocols: [...(alpn ?? speaker.alpn)],
      ...(name === null ? {} : { servername: name }),
      ...(offered === undefined ? {} : { session: offered.session }),
    });
    // Node binds a session to the name it was made for and offers it under no other: the name changes afterwards.
    if (offered !== undefined && serverName !== null && serverName !== name) rename(socket, serverName);
    this.#tls = this.#watched(socket);
    // Keys are being derived: in TLS 1.2 the last moment at which a refused handshake shows what it asked for.
    socket.on('keylog', () => this.#note(socket));
    if (onSession !== undefined) socket.on('session', onSession);
    // Renegotiation makes it fire again: a second request must not go out.
    socket.once('secureConnect', () => this.#secureConnected(socket));
  }

  #tapped(): Tap {
    const records = new RecordWatch();
    this.#records = records;
    return new Tap(this.#raw, (chunk) => {
      records.see(chunk);
      return false;
    });
  }

  #watched<T extends Duplex>(channel: T): T {
    channel.on('error', (error) => this.#fail(error));
    channel.on('end', () =>
      this.#finish(this.#closed(this.#records?.endedWithAlert === true ? 'close-notify' : 'fin')),
    );
    channel.on('close', () => this.#finish(this.#closed('fin')));
    return channel;
  }

  #secureConnected(socket: TLSSocket): void {
    this.#secured = true;
    this.#note(socket);
    this.#facts.chain = readServedChain(socket);
    this.#facts.resumed = socket.isSessionReused();
    const { secretHeaders, speaker, listenFirst } = this.#target;
    const trusted = Object.keys(secretHeaders).length > 0 && this.#target.trusts(this.#facts.chain);
    const begin = () => {
      this.#flightBytes = speaker.writesOften || listenFirst ? this.#raw.bytesWritten : null;
      this.#facts.withheld = trusted ? [] : Object.keys(secretHeaders);
      this.#begin(socket, speaker, trusted ? secretHeaders : {});
    };
    if (listenFirst) setTimeout(begin, LISTEN_FIRST).unref();
    else if (speaker.writesOften) setImmediate(begin);
    else begin();
  }

  #note(socket: TLSSocket): void {
    const version = socket.getProtocol();
    this.#facts.tls = version === 'TLSv1.3' ? '1.3' : version === 'TLSv1.2' ? '1.2' : null;
    // OpenSSL fills this list while it reads a CertificateRequest; in TLS 1.2 and 1.3 alike.
    this.#facts.certificateRequested = socket.getSharedSigalgs().length > 0;
    // Nothing but the hello is out when the first key is derived: the certificate comes next.
    this.#helloBytes ??= this.#raw.bytesWritten;
  }

  #begin(channel: Duplex, { start, window }: Pick<Speaker, 'start' | 'window'>, secrets: Secrets): void {
    if (this.#settled) return;
    this.#asked = true;
    if (window !== null) this.#window = setTimeout(() => this.#stayedOpen(window.stayedOpen), window.length);
    const reading = start(channel, secrets, () => this.#finish(this.#closed('fin')));
    if (!this.#reading.begun) this.#reading = reading;
  }

  #stayedOpen(answer: Answer): void {
    this.#finish({ kind: 'timed-out', phase: this.#phase() }, answer);
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
    if (this.#reading.begun) return 'answer';
    if (this.#secured) return 'request';
    return this.#raw.bytesRead > this.#upgradeBytes ? 'handshake' : 'connect';
  }

  #closed(how: 'fin' | 'close-notify' | 'reset'): Ended {
    return { kind: 'closed', phase: this.#phase(), how };
  }

  /** Whoever was sent a secret may repeat it. */
  #shown(detail: string): string {
    const told = this.#asked && this.#facts.withheld.length < Object.keys(this.#target.secretHeaders).length;
    return told ? '…' : detail;
  }

  /** OpenSSL leaves a certificate out without a word where nothing asks for it or no signature algorithm fits: only the bytes written tell. */
  #certificateSent(): boolean | null {
    const { presentedBytes } = this.#target;
    if (presentedBytes === 0 || this.#helloBytes === null) return null;
    const written = this.#flightBytes ?? this.#raw.bytesWritten - (this.#tls?.bytesWritten ?? 0);
    return written - this.#helloBytes >= presentedBytes;
  }

  /** Whatever ended it: an answer that came before is the answer. `stayedOpen` where nothing ended it. */
  #finish(ended: Ended, stayedOpen: Answer | null = null): void {
    if (this.#settled) return;
    this.#settled = true;
    clearTimeout(this.#deadline);
    if (this.#window !== null) clearTimeout(this.#window);
    if (this.#tls !== null && this.#facts.chain.length === 0) this.#facts.chain = readServedChain(this.#tls);
    this.#facts.certificateSent = this.#certificateSent();
    const { foreign } = this.#reading;
    const answer = stayedOpen ?? (foreign === null ? this.#reading.answer : null);
    if (answer !== null) this.#settle(this.#answered(answer), answer);
    else if (foreign === null) this.#settle(ended);
    else this.#settle({ kind: 'answered', phase: 'answer', ...foreign, detail: this.#shown(foreign.detail) });
    this.#tls?.destroy();
    this.#raw.destroy();
  }

  #answered(answer: Answer): Ended {
    return answer.kind === 'http'
      ? { kind: 'answered', phase: 'answer', status: answer.status }
      : { kind: 'answered', phase: 'answer', protocol: answer.protocol, detail: this.#shown(answer.detail) };
  }
}
