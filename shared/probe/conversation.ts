/**
 * Conducts one connection until it is settled. Only here are bytes of a relying party read.
 *
 * - The request is written in the handler of `secureConnect`; no session but one that a scenario offers, no agent: a resumed session
 *   carries an earlier client's certificate.
 * - `secureConnect` proves nothing: under TLS 1.3 it comes before the server has judged the client's certificate (RFC 8446 §4.4.2.4).
 */
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { SecureContext, TLSSocket } from 'node:tls';
import type { Answer, Ended } from '../model/probe.ts';
import type { Milliseconds } from '../model/time.ts';
import type { Reading, SecretHeaderValues, Speaker } from '../protocol/speaker.ts';
import { SentCertificate } from './certificate-sent.ts';
import { Ending } from './ending.ts';
import { connectTls, isCertificateRequested, showsNews, versionOf } from './handshake.ts';
import { Overheard } from './overheard.ts';
import { MAX_CHAIN, readServedChain } from './served-chain.ts';
import { ServerFlight } from './server-flight.ts';
import { settlementOf, windowOf } from './settlement.ts';
import { type Peek, Tap } from './tap.ts';
import type { Facts, ProbeTarget, Settle } from './target.ts';
import { upgrade } from './upgrade.ts';
import { chainVerified } from './verification.ts';

export type { ProbeTarget } from './target.ts';

/** How long a second try listens for a TLS alert before it writes: a failed write would destroy the socket and lose what it holds. */
export const LISTEN_FIRST: Milliseconds = 300;

const NOTHING: Reading = { begun: false, answer: null, foreign: null };
const nothing = (): void => {};

/** Two turns of the event loop: in a process that was held up, a close that came within the window is still unread when its timer fires. */
const afterPendingReads = (act: () => void): void => void setImmediate(() => setImmediate(act));

export class Conversation {
  readonly #target: ProbeTarget;
  readonly #raw: Socket;
  readonly #facts: Facts;
  readonly #settle: Settle;
  readonly #sent: SentCertificate;
  readonly #ending: Ending;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #begun = performance.now();
  readonly #flight = new ServerFlight();
  #tap: Tap | null = null;
  #tls: TLSSocket | null = null;
  #reading: Reading = NOTHING;
  #settled = false;
  #watchedFrom: number | null = null;
  /** The secret header values that were written. */
  #told: SecretHeaderValues = {};

  constructor(target: ProbeTarget, raw: Socket, facts: Facts, settle: Settle) {
    this.#target = target;
    this.#raw = raw;
    this.#facts = facts;
    this.#settle = settle;
    this.#sent = new SentCertificate(raw);
    this.#ending = new Ending(raw);
    // Absolute: a socket's own timeout never fires while a tarpit drips one byte a second.
    this.#after(target.timeout, () => this.#finish(this.#ending.expired()));
    // A tap reports both once the bytes before them were read.
    raw.on('error', (error) => {
      if (this.#tap === null) this.#finish(this.#ending.by(error));
    });
    raw.on('close', () => {
      if (this.#tap === null) this.#finish(this.#ending.closed());
    });
  }

  /** Begins on an established connection: TLS, after the protocol’s upgrade if it has one; without a context the protocol without TLS. */
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
    this.#ending.head = this.#flight.head;
    const socket = this.#watched(connectTls(this.#tapped(this.#bothFlights()), context, this.#target));
    this.#tls = socket;
    // Keys are being derived: in TLS 1.2 the last moment at which a refused handshake shows whether the server asked for a certificate.
    socket.on('keylog', (line: Buffer) => {
      this.#flight.keylog(line);
      this.#sent.keylog(line);
      if (showsNews(line)) this.#note(socket);
    });
    if (this.#target.onSession !== undefined) socket.on('session', this.#target.onSession);
    // Fires with null where none was stapled, before `secureConnect`.
    socket.on('OCSPResponse', (response: Buffer | null) => {
      this.#facts.ocspStaple = response;
    });
    // Renegotiation makes it fire again: a second request must not go out.
    socket.once('secureConnect', () => this.#guarded(() => this.#secureConnected(socket)));
  }

  #bothFlights(): Peek {
    const { see, rest } = this.#flight;
    return this.#target.presentedBytes === 0 ? this.#flight : { see, rest, wrote: this.#sent.wrote };
  }

  #tapped(peek: Peek): Tap {
    const tap = new Tap(this.#raw, this.#target.trace?.over(peek) ?? peek);
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
    this.#flight.hello();
    this.#flight.over();
    this.#facts.resumed = socket.isSessionReused();
    const { secretHeaders, speaker } = this.#target;
    const trusted = Object.keys(secretHeaders).length > 0 && this.#isTrusted();
    this.#facts.withheld = trusted ? [] : Object.keys(secretHeaders);
    this.#begin(socket, speaker, trusted ? secretHeaders : {});
  }

  /** RFC 8446 §2.2: only the holder of a session's secret can resume it, and this session was made with a trusted server. */
  #isTrusted(): boolean {
    const { trusts, trustsResumed = false } = this.#target;
    return (this.#facts.resumed && trustsResumed) || trusts(this.#facts.chain, this.#facts.chainVerified);
  }

  #note(socket: TLSSocket): void {
    this.#facts.tls ??= versionOf(socket);
    // What was requested once was requested; a renegotiation of TLS 1.2 may add a request.
    if (this.#facts.certificateRequested !== true) this.#facts.certificateRequested = isCertificateRequested(socket);
    if (this.#target.verifies === true && this.#readChain(socket)) {
      const verified = chainVerified(socket);
      if (verified !== null) this.#facts.chainVerified = verified;
    }
  }

  /** Whether there is one by now. */
  #readChain(socket: TLSSocket): boolean {
    if (this.#facts.chain.length === 0) {
      const listed = this.#flight.listed(MAX_CHAIN);
      this.#facts.chain = readServedChain(listed, socket);
      // Whether it stands before the chain (TLS 1.3) or after it (1.2), both have come by then.
      if (listed.acceptableCas !== null) this.#facts.acceptableCas = listed.acceptableCas;
    }
    return this.#facts.chain.length > 0;
  }

  #begin(channel: Duplex, { start, window }: Pick<Speaker, 'start' | 'window'>, secrets: SecretHeaderValues): void {
    if (window !== null) this.#watchedFrom = performance.now();
    const turn = (write: () => void): void =>
      this.#inTurn(() => {
        this.#told = secrets;
        if (window !== null)
          this.#after(windowOf(this.#target, window.length, performance.now() - this.#begun), () =>
            afterPendingReads(() => this.#stayedOpen(window.stayedOpen)),
          );
        write();
      });
    const reading = start(channel, { secrets, turn, done: () => this.#finish(this.#ending.closed()) });
    if (!this.#reading.begun) this.#reading = reading;
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

  /** A request that the monitor's own libraries refuse to write is no fault of the server's; the reason names no value. */
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
    if (this.#settled) return;
    const own = this.#reading.answer;
    const isKnown = own?.kind === 'protocol' && (own.meaning === 'refuses' || own.meaning === 'unclear');
    this.#finish(
      { kind: 'timed-out', phase: 'request' },
      isKnown ? own : { ...answer, body: own?.body ?? answer.body },
    );
  }

  /** Settles the connection. An answer that came before the end is the answer. `stayedOpen`: where nothing ended it. */
  #finish(ended: Ended, stayedOpen: Answer | null = null): void {
    if (this.#settled) return;
    this.#settled = true;
    for (const timer of this.#timers) clearTimeout(timer);
    if (this.#tls !== null && this.#facts.chain.length === 0) this.#readChain(this.#tls);
    if (this.#watchedFrom !== null) this.#facts.watchedMs = Math.round(performance.now() - this.#watchedFrom);
    const { presentedBytes } = this.#target;
    const hello = this.#flight.hello();
    const { certificateRequested } = this.#facts;
    this.#facts.certificateSent = this.#sent.certificate(presentedBytes, hello, certificateRequested, this.#tls);
    this.#sent.over();
    const settled = settlementOf(
      stayedOpen === null ? this.#reading : { answer: stayedOpen, foreign: null },
      this.#told,
    );
    this.#settle(settled?.ended ?? ended, settled?.answer ?? null);
    this.#tls?.destroy();
    this.#tap?.destroy();
    this.#raw.destroy();
  }
}
