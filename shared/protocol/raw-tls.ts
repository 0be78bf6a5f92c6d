/** A protocol that nobody told us: bytes to send and to expect, or a connection that stays open. */

import { parseDuration } from '../model/duration.ts';
import { compilePattern } from '../model/pattern.ts';
import type { Answer, Meaning } from '../model/probe.ts';
import type { Protocol } from '../model/protocol.ts';
import { SECOND } from '../model/time.ts';
import { BoundedBytes } from './bounded-bytes.ts';
import { protocol } from './record.ts';
import { sClient } from './shell.ts';
import { byBytes, MAX_BODY, type Reader, type Speaker, shown } from './speaker.ts';

/** No TLS record begins so: whoever waits for one has something to object to. */
const NO_RECORD = Buffer.from('\r\n'.repeat(8));
const answer = (meaning: Meaning, like: string, detail: string, body: string): Answer => ({
  kind: 'protocol',
  protocol: 'tls',
  meaning,
  detail,
  like,
  body,
});

/** Text that a pattern is matched with as it comes, in all: a server that sends single bytes must not make it quadratic. */
const MATCHED_AS_IT_COMES = 16 * MAX_BODY;

/** Without `expect`, bytes that differ from the control's may be anything. */
const reader = (expected: string | null): Reader => {
  const pattern = expected === null ? null : compilePattern(expected);
  const kept = new BoundedBytes(MAX_BODY);
  let matched = 0;
  const text = () => kept.bytes.toString('utf8');
  const expectedCame = () => pattern?.matches(text()) === true;
  return {
    get begun() {
      return kept.length > 0;
    },
    get answer() {
      if (kept.length === 0) return null;
      const came = expectedCame();
      const meaning = pattern === null ? 'asks' : came ? 'serves' : 'unclear';
      return answer(meaning, came ? 'expected' : text(), `bytes that begin with "${shown(kept.bytes)}"`, text());
    },
    foreign: null,
    push: (chunk) => {
      kept.add(chunk);
      if (kept.isFull || pattern === null) return kept.isFull;
      matched += kept.length;
      return matched <= MATCHED_AS_IT_COMES && expectedCame();
    },
  };
};

const speak = ({ window: length, send, expect }: Protocol<'tls'>): Speaker => {
  const staying = (meaning: Meaning, like: string): Speaker['window'] =>
    expect === null ? { length, stayedOpen: answer(meaning, like, 'a connection that stayed open', '') } : null;
  const opening = send === null ? null : Buffer.from(send);
  const spoken = (first: Buffer | null) =>
    byBytes(
      () => first,
      () => reader(expect),
    );
  return {
    alpn: [],
    upgrade: null,
    writesOften: false,
    window: staying('serves', 'open'),
    start: spoken(opening),
    // A TLS server that waits for the rest of a record stays open too: nothing is known.
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
        send: z.string().max(65_536).optional().meta({ description: 'What is written first. Default: nothing.' }),
        expect: pattern('What the answer must carry.', 'staying open is enough').optional(),
      })
      .optional()
      .meta({ description: 'What a tls:// endpoint is asked.' }),
  }),
  resolve: ({ tls: own }) => ({
    kind: 'tls',
    window: parseDuration(own?.window ?? '2s') ?? 2 * SECOND,
    send: own?.send ?? null,
    expect: own?.expect ?? null,
  }),
  speak,
  spoken: true,
  // Nobody said what its bytes mean.
  alike: 'text',
  closesFor: null,
  namesServerTwice: false,
  carriesHeaders: false,
  reproduce: (_settings, check, endpoint) =>
    check.presented.kind === 'plaintext' ? `nc ${endpoint.host} ${endpoint.port}` : sClient(check, endpoint),
});
