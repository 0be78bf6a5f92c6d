/**
 * What one connection says until it is settled. The one place where bytes of a relying party are read.
 *
 * - What is asked is written in the handler of `secureConnect`; no session but one that a scenario offers, no agent: a resumed session
 *   carries an earlier client's certificate.
 * - `secureConnect` proves nothing: under TLS 1.3 it comes before the server has judged the client's certificate (RFC 8446 §4.4.2.4).
 */
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { SecureContext, TLSSocket } from 'node:tls';
import type { Answer, Ended } from '../model/probe.ts';
import type { Milliseconds } from '../model/time.ts';
import type { Reading, Secrets, Speaker } from '../protocol/speaker.ts';
import { SentBytes } from './certificate-sent.ts';
import { Ending } from './ending.ts';
import { connectTls, isCertificateRequested, versionOf } from './handshake.ts';
import { Overheard } from './plaintext.ts';
import { withoutSecrets } from './secrets.ts';
import { readServedChain } from './served-chain.ts';
import { ServerFlight } from './server-flight.ts';
import { type Peek, Tap } from './tap.ts';
import type { Facts, ProbeTarget, Settle } from './target.ts';
import { upgrade } from './upgrade.ts';
import { chainVerified } from './verification.ts';

export type { ProbeTarget } from './target.ts';

/** How long a second try listens for a TLS alert before it writes: a failed write would destroy the socket and lose what it holds. */
const LISTEN_FIRST: Milliseconds = 300;

/** Times a whole handshake. */
const SLOWEST_CLOSE = 8;
const SHARE_LEFT = 0.9;

const NOTHING: Reading = { begun: false, answer: null, foreign: null };
const nothing = (): void => {};

export class Conversation {
  readonly #target: ProbeTarget;
  readonly #raw: Socket;
  readonly #facts: Facts;
  readonly #settle: Settle;
  readonly #sent: SentBytes;
  readonly #ending: Ending;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #begun = performance.now();
  readonly #flight = new ServerFlight();
  #tap: Tap | null = null;
  #tls: TLSSocket | null = null;
  #reading: Reading = NOTHING;
  #settled = false;
  /** What was written of the secret headers. */
  #told: Secrets = {};

  constructor(target: ProbeTarget, raw: Socket, facts: Facts, settle: Settle) {
    this.#target = target;
    this.#raw = raw;
    this.#facts = facts;
    this.#settle = settle;
    this.#sent = new SentBytes(raw);
    this.#ending = new Ending(raw);
    // Absolute: a socket's own timeout never fires while a tarpit drips one byte a second.
    this.#after(target.timeout, () => this.#finish(this.#ending.expired()));
    // A tap tells of both once what came before was read.
    raw.on('error', (error) => {
      if (this.#tap === null) this.#finish(this.#ending.by(error));
    });
    raw.on('close', () => {
      if (this.#tap === null) this.#finish(this.#ending.closed());
    });
  }

  /** On a connection that stands: TLS, after what the protocol says before it; without a context the protocol as it is. */
  start(): void {
    this.#ending.connected = true;
    this.#guarded(() => {
      const { context, speaker } = this.#target;
      if (context === null) this.#speakPlainly();
      else if (speaker.upgrade === null) this.#handshake(context);
      else
        upgrade(this.#raw, speaker.upgrade, {
          goOn: () => this.#guarded(() => this.#handshakeAfter(this.#raw.bytesRead, context)),
          refused: (reason) => this.#finish({ kind: 'not-tls', phase: 'handshake', reason }),
          ended: () => this.#finish(this.#ending.closed()),
        });
    });
  }

  #speakPlainly(): void {
    const overheard = new Overheard({
      alert: (alert) => this.#finish({ kind: 'alerted', phase: 'answer', ...alert }),
      http: (reading) => {
        this.#reading = reading;
      },
      done: () => this.#finish(this.#ending.closed()),
    });
    this.#ending.secured = true;
    this.#ending.answering = () => this.#reading.begun || overheard.begun;
    this.#facts.withheld = Object.keys(this.#target.secretHeaders);
    this.#begin(this.#watched(this.#tapped(overheard)), this.#target.speaker.plaintext, {});
  }

  #handshakeAfter(upgradeBytes: number, context: SecureContext): void {
    this.#ending.bytesBefore = upgradeBytes;
    this.#handshake(context);
  }

  #handshake(context: SecureContext): void {
    this.#ending.answering = () => this.#reading.begun;
    const socket = this.#watched(connectTls(this.#tapped(this.#flight), context, this.#target));
    this.#tls = socket;
    // Keys are being derived: in TLS 1.2 the last moment at which a refused handshake shows what it asked for.
    socket.on('keylog', (line: Buffer) => {
      this.#flight.keylog(line);
      this.#note(socket);
    });
    if (this.#target.onSession !== undefined) socket.on('session', this.#target.onSession);
    // Fires with null where none was stapled, before `secureConnect`.
    socket.on('OCSPResponse', (response: Buffer | null) => {
      this.#facts.ocspStaple = response;
    });
    // Renegotiation makes it fire again: a second request must not go out.
    socket.once('secureConnect', () => this.#guarded(() => this.#secureConnected(socket)));
  }

  #tapped(peek: Peek): Tap {
    const tap = new Tap(this.#raw, peek);
    this.#tap = tap;
    this.#ending.tap = tap;
    return tap.on('error', nothing);
  }

  #watched<T extends Duplex>(channel: T): T {
    channel.on('error', (error) => this.#finish(this.#ending.by(error)));
    channel.on('end', () => this.#finish(this.#ending.closed()));
    channel.on('close', () => this.#finish(this.#ending.closed()));
    return channel;
  }

  #secureConnected(socket: TLSSocket): void {
    this.#ending.secured = true;
    this.#note(socket);
    this.#readChain(socket);
    this.#flight.over();
    this.#facts.resumed = socket.isSessionReused();
    const { secretHeaders, speaker } = this.#target;
    const trusted = Object.keys(secretHeaders).length > 0 && this.#isTrusted();
    this.#facts.withheld = trusted ? [] : Object.keys(secretHeaders);
    this.#begin(socket, speaker, trusted ? secretHeaders : {});
  }

  /** RFC 8446 §2.2: only who holds a session's secret can resume it, and a trusted server was given this one. */
  #isTrusted(): boolean {
    const { trusts, trustsResumed = false } = this.#target;
    return (this.#facts.resumed && trustsResumed) || trusts(this.#facts.chain, this.#facts.chainVerified);
  }

  #note(socket: TLSSocket): void {
    this.#facts.tls = versionOf(socket);
    this.#facts.certificateRequested = isCertificateRequested(socket);
    this.#sent.keyDerived();
    if (this.#target.verifies === true && this.#readChain(socket)) {
      const verified = chainVerified(socket);
      if (verified !== null) this.#facts.chainVerified = verified;
    }
  }

  /** Whether there is one by now. */
  #readChain(socket: TLSSocket): boolean {
    if (this.#facts.chain.length === 0) this.#facts.chain = readServedChain(this.#flight, socket);
    return this.#facts.chain.length > 0;
  }

  #begin(channel: Duplex, { start, window }: Pick<Speaker, 'start' | 'window'>, secrets: Secrets): void {
    const turn = (write: () => void): void =>
      this.#inTurn(() => {
        this.#told = secrets;
        if (window !== null) this.#after(this.#windowOf(window.length), () => this.#stayedOpen(window.stayedOpen));
        write();
      });
    const reading = start(channel, { secrets, turn, done: () => this.#finish(this.#ending.closed()) });
    if (!this.#reading.begun) this.#reading = reading;
  }

  /** A server that takes long over a handshake takes long over a close: it is waited for, up to most of the time that is left. */
  #windowOf(own: Milliseconds): Milliseconds {
    const taken = performance.now() - this.#begun;
    const { timeout, patience = 1 } = this.#target;
    return Math.min(Math.max(own * patience, taken * SLOWEST_CLOSE), (timeout - taken) * SHARE_LEFT);
  }

  #inTurn(write: () => void): void {
    const { listenFirst, speaker } = this.#target;
    const apart = this.#tls !== null && (listenFirst || speaker.writesOften);
    const act = () => {
      if (this.#settled) return;
      if (apart) this.#sent.flightOut();
      this.#guarded(write);
    };
    if (!apart) act();
    else if (listenFirst) this.#after(LISTEN_FIRST, act);
    else setImmediate(act);
  }

  #after(delay: Milliseconds, act: () => void): void {
    this.#timers.push(setTimeout(act, delay));
  }

  /** What our own libraries refuse to write is no fault of the server's; the reason names no value. */
  #guarded(act: () => void): void {
    try {
      act();
    } catch (error) {
      const reason = (error as NodeJS.ErrnoException).code ?? 'unknown error';
      this.#finish({ kind: 'unusable', phase: 'connect', reason });
    }
  }

  /** Bytes may have come meanwhile: patterns see them. */
  #stayedOpen(answer: Answer): void {
    this.#finish(
      { kind: 'timed-out', phase: 'request' },
      { ...answer, body: this.#reading.answer?.body ?? answer.body },
    );
  }

  /** Whatever ended it: an answer that came before is the answer. `stayedOpen` where nothing ended it. */
  #finish(ended: Ended, stayedOpen: Answer | null = null): void {
    if (this.#settled) return;
    this.#settled = true;
    for (const timer of this.#timers) clearTimeout(timer);
    if (this.#tls !== null && this.#facts.chain.length === 0) this.#readChain(this.#tls);
    const { presentedBytes } = this.#target;
    this.#facts.certificateSent = this.#sent.certificate(presentedBytes, this.#facts.certificateRequested, this.#tls);
    const { foreign } = this.#reading;
    const answer = withoutSecrets(stayedOpen ?? (foreign === null ? this.#reading.answer : null), this.#told);
    if (answer !== null) this.#settle(answered(answer), answer);
    else if (foreign === null) this.#settle(ended);
    else this.#settle({ kind: 'answered', phase: 'answer', ...foreign, detail: this.#shown(foreign.detail) });
    this.#tls?.destroy();
    this.#tap?.destroy();
    this.#raw.destroy();
  }

  /** Whoever was sent a secret may repeat it, or a part of it. */
  #shown(detail: string): string {
    return Object.keys(this.#told).length > 0 ? '…' : detail;
  }
}

const answered = (answer: Answer): Ended =>
  answer.kind === 'http'
    ? { kind: 'answered', phase: 'answer', status: answer.status }
    : { kind: 'answered', phase: 'answer', protocol: answer.protocol, detail: answer.detail };
