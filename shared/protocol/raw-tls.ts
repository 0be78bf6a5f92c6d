/** A protocol that nobody told us: bytes to send and to expect, or a connection that stays open. */
import { compilePattern } from '../model/pattern.ts';
import type { Answer, Meaning } from '../model/probe.ts';
import type { Protocol } from '../model/registry.ts';
import { Kept } from './kept.ts';
import { byBytes, MAX_BODY, type Reader, type Speaker, shown } from './speaker.ts';

type RawTls = Extract<Protocol, { kind: 'tls' }>;

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
  const kept = new Kept(MAX_BODY);
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

export const rawTls = ({ window: length, send, expect }: RawTls): Speaker => {
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
