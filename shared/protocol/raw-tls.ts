/** A protocol that the monitor does not know: the registry names bytes to send and to expect, or the connection has to stay open. */

import { parseDuration } from '../model/duration.ts';
import { compilePattern } from '../model/pattern.ts';
import type { Meaning, ProtocolAnswer } from '../model/probe.ts';
import type { Protocol } from '../model/protocol.ts';
import { type Milliseconds, SECOND } from '../model/time.ts';
import { BoundedBytes } from './bounded-bytes.ts';
import { greetingLines } from './greeting.ts';
import { protocol } from './record.ts';
import { printf, sClient } from './shell.ts';
import { type Exchange, MAX_BODY, type Reader, type Speaker, shown } from './speaker.ts';
import { leadIn, meaningOf } from './unknown-words.ts';

/** No TLS record begins with these bytes: a TLS server refuses them. */
const NO_RECORD = Buffer.from('\r\n'.repeat(8));
const answer = (meaning: Meaning, like: string, detail: string, body: string): ProtocolAnswer => ({
  kind: 'protocol',
  protocol: 'tls',
  meaning,
  detail,
  like,
  body,
});

/** Bytes that are matched in all while they come: a server that sends single bytes must not make the matching quadratic. */
const MATCHED_AS_IT_COMES = 16 * MAX_BODY;

/** After `expect` has matched, the connection is watched for so long: a server that closes in that time may refuse the client. */
const LINGER: Milliseconds = 150;

type Watched = Reader & { readonly isFull: boolean; readonly noteClose: () => void; readonly noteWrite: () => void };

/** Reads up to 64 KiB and looks for `expect`; null where the registry names none. */
const reader = (expected: string | null): Watched => {
  const pattern = expected === null ? null : compilePattern(expected);
  const kept = new BoundedBytes(MAX_BODY);
  let matched = 0;
  let foundAt: number | null = null;
  let closed = false;
  let written = false;
  let unasked = false;
  const text = () => kept.bytes.toString('utf8');
  return {
    get begun() {
      return kept.length > 0;
    },
    get isFull() {
      return kept.isFull;
    },
    get answer() {
      if (kept.length === 0) return null;
      const body = text();
      const at = foundAt ?? pattern?.find(body) ?? null;
      const like = at === null ? body : `expected${leadIn(body.slice(0, at))}`;
      const detail = `bytes that begin with "${shown(kept.bytes)}"${closed && at === null ? ', and then a close' : ''}`;
      return {
        ...answer(meaningOf(body, pattern !== null, at), like, detail, body),
        ...(closed ? { closed } : {}),
        ...(unasked ? { unasked } : {}),
      };
    },
    foreign: null,
    noteClose: () => {
      closed = true;
    },
    noteWrite: () => {
      written = true;
    },
    push: (chunk) => {
      kept.add(chunk);
      if (pattern !== null && foundAt === null) {
        matched += kept.length;
        if (matched <= MATCHED_AS_IT_COMES) foundAt = pattern.find(text());
        unasked = foundAt !== null && (!written || pattern.matches(greetingLines(text())));
      }
      return kept.isFull || foundAt !== null;
    },
  };
};

/** Writes `opening`, and reads on for `LINGER` after `expect` has matched. */
const exchange =
  (opening: Buffer | null, expected: string | null): Exchange =>
  (channel, { turn, done }) => {
    const reading = reader(expected);
    let lingering = false;
    channel.on('data', (chunk: Buffer) => {
      if (!reading.push(chunk)) return;
      if (reading.isFull) done();
      else if (!lingering) setTimeout(done, LINGER).unref();
      lingering = true;
    });
    // Before any other listener settles the connection.
    for (const event of ['end', 'close', 'error']) channel.prependListener(event, reading.noteClose);
    turn(() => {
      if (opening === null) return;
      reading.noteWrite();
      channel.write(opening);
    });
    return reading;
  };

const speak = ({ window: length, send, expect }: Protocol<'tls'>): Speaker => {
  const staying = (meaning: Meaning, like: string): Speaker['window'] =>
    expect === null ? { length, stayedOpen: answer(meaning, like, 'a connection that stayed open', '') } : null;
  const opening = send === null ? null : Buffer.from(send);
  const spoken = (first: Buffer | null) => exchange(first, expect);
  return {
    alpn: [],
    upgrade: null,
    writesOften: false,
    window: staying('serves', 'open'),
    start: spoken(opening),
    // A TLS server that waits for the rest of a record stays open too: that proves nothing.
    plaintext: { window: staying('unclear', 'open without TLS'), start: spoken(opening ?? NO_RECORD) },
  };
};

export const tls = protocol({
  name: 'tls',
  schemes: { tls: null },
  fields: ({ z, duration, pattern }) => ({
    tls: z
      .strictObject({
        window: duration(
          100,
          60 * SECOND,
          'a time from 100ms to 60s',
          'How long a connection must stay open. Default: 2s.',
        ).optional(),
        send: z
          .string()
          .max(65_536)
          .optional()
          .meta({ description: 'Text that the probe writes first. Default: nothing.' }),
        expect: pattern(
          'Must occur in the answer; `^` binds it to the first byte (`^220 `). If other words than for the control come before it, or the server closes after it and did not for the control, the check is inconclusive. Name an answer to `send`: a greeting comes to every client, before it is judged.',
          'staying open is enough',
        ).optional(),
      })
      .optional()
      .meta({ description: 'How a tls:// endpoint is probed.' }),
  }),
  resolve: ({ tls: own }) => ({
    kind: 'tls',
    window: parseDuration(own?.window ?? '2s') ?? 2 * SECOND,
    send: own?.send ?? null,
    expect: own?.expect ?? null,
  }),
  speak,
  spoken: true,
  // The meaning of its bytes is unknown.
  alike: 'text',
  closesFor: null,
  starttls: null,
  namesServerTwice: false,
  carriesHeaders: false,
  // Without TLS an answer means what it means beside the control's.
  reproduce: ({ send, expect, window: length }, check, endpoint, way) => {
    if (check.presented.kind === 'plaintext') return null;
    const said = send === null ? '' : `${printf(send)}; `;
    const waits = expect === null ? Math.max(1, Math.ceil(length / SECOND)) : 2;
    // What a server says moves no cursor.
    const shown = expect === null ? '' : ' | cat -v';
    return `{ ${said}sleep ${waits}; } | ${sClient(check, endpoint, way)}${shown}`;
  },
});
