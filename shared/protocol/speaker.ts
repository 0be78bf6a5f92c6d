/** The interface of a protocol on an established channel: what it writes and how it reads the answer. One file for each protocol. */
import type { Duplex } from 'node:stream';
import type { Answer } from '../model/probe.ts';
import type { Milliseconds } from '../model/time.ts';
import { BoundedBytes } from './bounded-bytes.ts';

/** Bytes of an answer that are kept and compared; after them the probe closes the connection. */
export const MAX_BODY = 65_536;

/** An answer while it arrives. */
export type Reading = {
  /** Whether any byte of an answer has come. */
  readonly begun: boolean;
  /** The answer so far; null while it is incomplete. */
  readonly answer: Answer | null;
  /** Bytes that cannot become an answer of this protocol; null for none. `detail` is escaped and short. */
  readonly foreign: { readonly protocol: string; readonly detail: string } | null;
};

export type SecretHeaderValues = Readonly<Record<string, string>>;

export type Call = {
  readonly secrets: SecretHeaderValues;
  /** Call it once: it runs `write` when the client may write. */
  readonly turn: (write: () => void) => void;
  /** Ends the exchange: no more bytes are needed. */
  readonly done: () => void;
};

/** Reads from the start, and writes when `turn` runs. */
export type Exchange = (channel: Duplex, call: Call) => Reading;

export type Speaker = {
  /** ALPN protocols that it offers (RFC 7301); empty for none. */
  readonly alpn: readonly string[];
  /** The exchange before TLS on the same connection; null for none. */
  readonly upgrade: Upgrade | null;
  /** A connection that is still open this long after the client's last handshake flight is this answer; null where only bytes are an answer. */
  readonly window: Window | null;
  /** Whether it writes more than once: it then begins after the client's last handshake flight was sent. */
  readonly writesOften: boolean;
  readonly start: Exchange;
  /** Without TLS. */
  readonly plaintext: Pick<Speaker, 'window' | 'start'>;
};
export type Window = { readonly length: Milliseconds; readonly stayedOpen: Answer };

export type Upgrade = {
  readonly request: Buffer;
  /** Reads the server's reply: `go-on`, or why TLS cannot begin; null while the reply is incomplete. */
  readonly read: (reply: Buffer) => 'go-on' | { readonly detail: string } | null;
};

/** `push` adds bytes; true once no more are needed. */
export type Reader = Reading & { readonly push: (chunk: Buffer) => boolean };

/** An exchange of one small write and one answer. `opening` returns the bytes to write; null for none. */
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

/** Reads an answer from the first `length` bytes (default 64 KiB) at most: for protocols whose first packet is the whole answer. */
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

/** Characters that JSON.stringify does not escape: C1 controls, and those that change the direction or the width of a text. */
const UNSEEN = /[\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** The first `length` characters (default 40), escaped, for a sentence or for JSON. Bytes are read as Latin-1. */
export const shown = (text: Buffer | string, length = 40): string =>
  JSON.stringify(typeof text === 'string' ? text.slice(0, length) : text.toString('latin1', 0, length))
    .slice(1, -1)
    .replace(UNSEEN, escaped);
