/** What a protocol says on a channel that stands, and what it makes of what comes back. One file a protocol. */
import type { Duplex } from 'node:stream';
import type { Answer } from '../model/probe.ts';
import type { Milliseconds } from '../model/time.ts';
import { BoundedBytes } from './bounded-bytes.ts';

/** The most of an answer that is kept and compared; the connection is closed once it has come. */
export const MAX_BODY = 65_536;

/** An answer on its way. */
export type Reading = {
  /** Whether any byte of an answer has come. */
  readonly begun: boolean;
  /** The answer so far, or null: less than a whole one is none. */
  readonly answer: Answer | null;
  /** What came instead of an answer of this protocol and cannot become one; `detail` is escaped and short. */
  readonly foreign: { readonly protocol: string; readonly detail: string } | null;
};

export type SecretHeaderValues = Readonly<Record<string, string>>;

export type Call = {
  readonly secrets: SecretHeaderValues;
  /** Called once: writes what is to be said, when it is our turn. */
  readonly turn: (write: () => void) => void;
  /** Nothing more is wanted. How the connection ends is the channel's own business. */
  readonly done: () => void;
};

/** Listens at once, and says what is to be said in its turn. */
export type Exchange = (channel: Duplex, call: Call) => Reading;

export type Speaker = {
  /** ALPN protocols that it offers (RFC 7301); empty for none. */
  readonly alpn: readonly string[];
  /** What comes before TLS on the same connection. */
  readonly upgrade: Upgrade | null;
  /** A connection that is still open so long after our last handshake flight is this answer; null where only bytes answer. */
  readonly window: Window | null;
  /** Whether it writes more than once: it then begins once our last handshake flight is on its way. */
  readonly writesOften: boolean;
  readonly start: Exchange;
  /** Without TLS. */
  readonly plaintext: Pick<Speaker, 'window' | 'start'>;
};
export type Window = { readonly length: Milliseconds; readonly stayedOpen: Answer };

export type Upgrade = {
  readonly request: Buffer;
  /** What the server's reply means; null while it is not whole. */
  readonly read: (reply: Buffer) => 'go-on' | { readonly detail: string } | null;
};

/** Takes bytes in; true once nothing more is wanted. */
export type Reader = Reading & { readonly push: (chunk: Buffer) => boolean };

/** For protocols that are bytes: one small write, then whatever comes. */
export const byBytes =
  (opening: (secrets: SecretHeaderValues) => Buffer | null, reader: () => Reader): Exchange =>
  (channel, { secrets, turn, done }) => {
    const reading = reader();
    channel.on('data', (chunk: Buffer) => {
      if (reading.push(chunk)) done();
    });
    turn(() => {
      const bytes = opening(secrets);
      if (bytes !== null) channel.write(bytes);
    });
    return reading;
  };

/** Reads the first `length` bytes or fewer into an answer: for protocols whose first packet says it all. */
export const firstPacket = (read: (bytes: Buffer) => Answer | 'incomplete' | 'foreign', length = MAX_BODY): Reader => {
  const kept = new BoundedBytes(length);
  let result: ReturnType<typeof read> = 'incomplete';
  return {
    get begun() {
      return kept.length > 0;
    },
    get answer() {
      return typeof result === 'string' ? null : result;
    },
    get foreign() {
      return result === 'foreign' ? { protocol: 'unknown', detail: shown(kept.bytes) } : null;
    },
    push: (chunk) => {
      if (result !== 'incomplete') return true;
      kept.add(chunk);
      result = read(kept.bytes);
      if (result === 'incomplete' && kept.isFull) result = 'foreign';
      return result !== 'incomplete';
    },
  };
};

/** C1 controls, and what changes the direction or the width of a text, pass JSON.stringify. */
const UNSEEN = /[\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Short and without control characters: for a sentence and for JSON. */
export const shown = (text: Buffer | string, length = 40): string =>
  JSON.stringify(typeof text === 'string' ? text.slice(0, length) : text.toString('latin1', 0, length))
    .slice(1, -1)
    .replace(UNSEEN, escaped);
