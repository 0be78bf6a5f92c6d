/** What MQTT, PostgreSQL and Redis servers say first, by their specifications. */
import { describe, expect, test } from 'vitest';
import { speakerOf } from '../../../shared/protocol/protocols.ts';
import type { Speaker } from '../../../shared/protocol/speaker.ts';
import { readBytes } from '../../helpers/reading.ts';
import { aRequest } from '../../helpers/target.ts';

const said = (speaker: Speaker, bytes: Buffer | string | readonly number[]): string => {
  const { answer, isForeign } = readBytes(speaker, [Buffer.from(bytes as string)]);
  if (answer?.kind === 'protocol') return `${answer.meaning}: ${answer.detail}`;
  return isForeign ? 'foreign' : 'nothing yet';
};

describe('CONNACK', () => {
  test.each<[number[], string]>([
    [[0x20, 2, 0, 0], 'serves: CONNACK 0 accepted'],
    [[0x20, 2, 1, 0], 'serves: CONNACK 0 accepted'],
    [[0x20, 2, 0, 5], 'doubts: CONNACK 5 not authorized'],
    [[0x20, 2, 0, 99], 'unclear: CONNACK 99 an unknown code'],
    [[0x20, 2, 0, 3], 'fails: CONNACK 3 server unavailable'],
    [[0x20, 3, 0, 137, 0], 'fails: CONNACK 137 server busy'],
    [[0x20, 3, 0, 135, 0], 'doubts: CONNACK 135 not authorized'],
    [[0x20, 0x83, 0x01, 0, 138], 'refuses: CONNACK 138 banned'],
    [[0x20, 0x83, 0x80, 0x01, 0, 135], 'doubts: CONNACK 135 not authorized'],
    [[0x20, 0x83, 0x80, 0x80, 0x01, 0, 140], 'refuses: CONNACK 140 bad authentication method'],
    [[0x20, 0x83, 0x80, 0x80, 0x80, 0x01, 0, 0], 'foreign'],
    [[0x20, 1, 0], 'foreign'],
    [[0x20, 2, 7, 0], 'foreign'],
    [[0x30, 2, 0, 0], 'foreign'],
    [[0x20, 0x83, 0x80], 'nothing yet'],
    [[0x20, 2, 0], 'nothing yet'],
  ])('%j: %s', (bytes, expected) =>
    expect(said(speakerOf({ kind: 'mqtt', version: '5' }, aRequest), bytes)).toBe(expected),
  );
});

/** A message of PostgreSQL: type, length with itself, body. */
const message = (type: string, body: Buffer | string): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(Buffer.byteLength(body) + 4);
  return Buffer.concat([Buffer.from(type), length, Buffer.from(body as string)]);
};
const method = (number: number) => message('R', Buffer.from([0, 0, 0, number]));
const notice = message('N', 'SNOTICE\0Mwait\0\0');
const refusal = message('E', 'SFATAL\0C28000\0Mno pg_hba.conf entry\0\0');

describe('the first message of PostgreSQL', () => {
  test.each<[string, Buffer | string, string]>([
    ['AuthenticationOk', method(0), 'serves: AuthenticationOk'],
    ['a password', method(10), 'asks: a request for a password (SASL)'],
    ['an error', refusal, 'refuses: SQLSTATE 28000 (no pg_hba.conf entry)'],
    ['too many clients', message('E', 'C53300\0Mtoo many\0\0'), 'fails: SQLSTATE 53300 (too many)'],
    ['starting up', message('E', 'C57P03\0Mstarting up\0\0'), 'fails: SQLSTATE 57P03 (starting up)'],
    ['PgBouncer without TLS', message('E', 'C08P01\0MSSL required\0\0'), 'refuses: SQLSTATE 08P01 (SSL required)'],
    ['Odyssey without TLS', message('E', 'C08P01\0MSSL is required\0\0'), 'refuses: SQLSTATE 08P01 (SSL is required)'],
    ['PgBouncer, full', message('E', 'C08P01\0Mno more\0\0'), 'unclear: SQLSTATE 08P01 (no more)'],
    ['a rejection', message('E', 'C08004\0Mno\0\0'), 'refuses: SQLSTATE 08004 (no)'],
    ['another error', message('E', 'C0A000\0Mno\0\0'), 'unclear: SQLSTATE 0A000 (no)'],
    ['no such database', message('E', 'C3D000\0Mno\0\0'), 'serves: SQLSTATE 3D000 (no)'],
    ['an error without fields', message('E', '\0'), 'unclear: SQLSTATE none ()'],
    [
      'notices first',
      Buffer.concat([notice, message('N', '\0'), notice, refusal]),
      'refuses: SQLSTATE 28000 (no pg_hba.conf entry)',
    ],
    ['a negotiation first', Buffer.concat([message('v', Buffer.alloc(8)), method(0)]), 'serves: AuthenticationOk'],
    ['notices only', notice, 'nothing yet'],
    ['notices without end', Buffer.concat(Array.from({ length: 3000 }, () => notice)), 'foreign'],
    ['an oversize length', Buffer.from([0x45, 0x7f, 0xff, 0xff, 0xff, 0]), 'foreign'],
    ['a length below its own', Buffer.from([0x52, 0, 0, 0, 3]), 'foreign'],
    ['an authentication without its method', message('R', ''), 'foreign'],
    ['HTTP', 'HTTP/1.1 400 Bad Request\r\n', 'foreign'],
  ])('%s', (_what, bytes, expected) =>
    expect(said(speakerOf({ kind: 'postgres', user: 'u', database: 'd' }, aRequest), bytes)).toBe(expected),
  );
});

test.each<[string, ReturnType<NonNullable<Speaker['upgrade']>['read']> | undefined]>([
  ['', null],
  ['S', 'go-on'],
  ['N', { detail: 'the server offers no TLS' }],
  // Injected before TLS (CVE-2021-23222).
  ['SR', { detail: 'no reply to SSLRequest: SR' }],
  ['E\0\0', { detail: 'no reply to SSLRequest: E\\u0000\\u0000' }],
])('a reply %j to SSLRequest', (reply, expected) => {
  expect(speakerOf({ kind: 'postgres', user: 'u', database: 'd' }, aRequest).upgrade?.read(Buffer.from(reply))).toEqual(
    expected,
  );
});

describe('the first line of Redis', () => {
  test.each<[string, string]>([
    ['+PONG\r\n', 'serves: +PONG'],
    ['*2\r\n$1\r\na\r\n', 'serves: *2'],
    ['-NOAUTH Authentication required.\r\n', 'withholds: -NOAUTH Authentication required.'],
    ['-DENIED Redis is running in protected mode\r\n', 'refuses: -DENIED Redis is running in protected mo'],
    ['-LOADING Redis is loading\r\n', 'fails: -LOADING Redis is loading'],
    ['-ERR max number of clients reached\r\n', 'fails: -ERR max number of clients reached'],
    ['-\r\n', 'unclear: -'],
    ['+PONG\r', 'nothing yet'],
    [`+${'x'.repeat(2000)}\r\n`, 'foreign'],
    ['HTTP/1.1 400 Bad\r\n', 'foreign'],
  ])('%j', (bytes, expected) => expect(said(speakerOf({ kind: 'redis' }, aRequest), bytes)).toBe(expected));
});
