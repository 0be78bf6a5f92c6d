/** What is said to somebody who leaves TLS out, in pieces. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Overheard } from '../../../shared/probe/overheard.ts';
import { cut } from '../../helpers/reading.ts';

const overhear = (chunks: readonly Buffer[]) => {
  const heard = { alert: null as number | null, status: null as number | null, passed: '' };
  let http: (() => number | null) | null = null;
  const overheard = new Overheard({
    alert: ({ number }) => {
      heard.alert = number;
    },
    http: (reading) => {
      http = () => reading.answer?.status ?? null;
    },
    done: () => {},
  });
  for (const chunk of chunks) if (chunk.length > 0) heard.passed += overheard.see(chunk).toString('latin1');
  heard.passed += overheard.rest().toString('latin1');
  return { ...heard, status: (http as (() => number | null) | null)?.() ?? null };
};

const CASES: readonly (readonly [string, Buffer, object])[] = [
  ['a TLS alert', Buffer.from([0x15, 3, 1, 0, 2, 2, 70]), { alert: 70, passed: '' }],
  ['half a TLS alert', Buffer.from([0x15, 3, 1, 0, 2]), { alert: null, passed: '\x15\x03\x01\x00\x02' }],
  ['another record of its type', Buffer.from([0x15, 3, 3, 0, 26, 1, 2, 3]), { alert: null }],
  ['HTTP', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\nno'), { status: 400, passed: '' }],
  ['half of HTTP', Buffer.from('HTTP/'), { status: null, passed: 'HTTP/' }],
  ['another protocol', Buffer.from('-ERR no'), { status: null, passed: '-ERR no' }],
];

test.each(CASES)('%s', (_what, bytes, expected) => {
  expect(overhear([bytes])).toMatchObject(expected);
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 40 })), (places) => {
      expect(overhear(cut(bytes, places))).toEqual(overhear([bytes]));
    }),
  );
});
