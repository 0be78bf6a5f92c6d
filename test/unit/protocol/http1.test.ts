import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { requestBytes } from '../../../shared/protocol/http1.ts';
import { AnswerReader } from '../../../shared/protocol/http1-answer.ts';
import { MAX_BODY } from '../../../shared/protocol/speaker.ts';

const read = (text: string | Buffer, sizes: readonly number[] = [], method = 'GET') => {
  const reader = new AnswerReader(method);
  let rest = Buffer.from(text);
  let done = false;
  for (const size of [...sizes, rest.length]) {
    done = reader.push(rest.subarray(0, size)) || done;
    rest = rest.subarray(size);
    if (done) break;
  }
  return { reader, done };
};

describe('an answer', () => {
  test.each<[string, string, boolean, number | null, string]>([
    ['with a length', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi', true, 200, 'hi'],
    ['without a length, until the close', 'HTTP/1.1 200 OK\r\n\r\nhi', false, 200, 'hi'],
    [
      'chunked',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n1;x=y\r\n!\r\n0\r\n\r\n',
      true,
      200,
      'hi!',
    ],
    ['after 1xx', 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n', true, 403, ''],
    [
      'after 1xx with fields of its own',
      'HTTP/1.1 103 Early Hints\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\nHTTP/1.1 200 OK\r\n\r\nhi',
      false,
      200,
      'hi',
    ],
    ['HTTP/1.0 and bare newlines', 'HTTP/1.0 400 Bad\n\nno', false, 400, 'no'],
    ['204', 'HTTP/1.1 204 No Content\r\n\r\n', true, 204, ''],
    ['a status line alone', 'HTTP/1.1 200 OK\r\n', false, 200, ''],
    ['a status line without a reason', 'HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n', true, 200, ''],
    ['half a status line', 'HTTP/1.1 20', false, null, ''],
    ['1xx alone', 'HTTP/1.1 100 Continue\r\n\r\n', false, null, ''],
  ])('%s', (_what, bytes, done, status, body) => {
    const { reader, done: isDone } = read(bytes);
    expect([isDone, reader.answer?.status ?? null, reader.answer?.body ?? '', reader.foreign]).toEqual([
      done,
      status,
      body,
      null,
    ]);
  });

  test('a location is read, a HEAD has no body', () => {
    const { reader, done } = read(
      'HTTP/1.1 302 Found\r\nLocation: https://x/\r\nContent-Length: 9\r\n\r\n',
      [],
      'HEAD',
    );
    expect([done, reader.answer]).toMatchObject([true, { status: 302, location: 'https://x/', body: '' }]);
  });

  test.each([
    'SSH-2.0-OpenSSH',
    '\u0000\u0001',
    'HTTP/2 200',
    'HTTP/1.1 abc',
    'HTTP/1.1 2000 x\r\n',
    'HTTP/1.1 200x\r\n',
  ])('%j is not HTTP', (bytes) => {
    const { reader, done } = read(bytes);
    expect([done, reader.foreign !== null, reader.answer]).toEqual([true, true, null]);
  });

  test('memory is bounded: an endless body, an endless header and an endless line end by themselves', () => {
    const body = read(Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\n\r\n'), Buffer.alloc(4 * MAX_BODY, 'x')]));
    const headers = read(`HTTP/1.1 200 OK\r\n${'X-A: b\r\n'.repeat(20_000)}`);
    const line = read(`HTTP/1.1 200 OK\r\nX: ${'y'.repeat(100_000)}`);
    const extension = read(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;${'e'.repeat(100_000)}`);
    const interim = read('HTTP/1.1 100 Continue\r\n\r\n'.repeat(20_000));
    expect([body, headers, line, extension, interim].map(({ done }) => done)).toEqual([true, true, true, true, true]);
    expect([body.reader.answer?.body.length, headers.reader.answer?.status, interim.reader.answer]).toEqual([
      MAX_BODY,
      200,
      null,
    ]);
  });

  test('however the bytes are cut, the answer is the same', () => {
    const whole =
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 401 No\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nA\r\n0123456789\r\n0\r\n\r\n';
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 40 }), (sizes) => {
        const { reader, done } = read(whole, sizes);
        expect([done, reader.answer]).toMatchObject([true, { status: 401, location: null, body: 'hello0123456789' }]);
      }),
    );
  });

  test('no bytes whatever make an answer without a whole status line', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.array(fc.integer({ min: 1, max: 50 })), (bytes, sizes) => {
        const { reader } = read(Buffer.from(bytes), sizes);
        const line = /^HTTP\/1\.[01] [1-9]\d\d/.test(Buffer.from(bytes).toString('latin1'));
        expect(reader.answer !== null && !line).toBe(false);
      }),
    );
  });
});

describe('a request', () => {
  test('is one small write with the registry’s own headers', () => {
    const bytes = requestBytes({
      method: 'POST',
      path: '/v1?x=1',
      host: 'a.test:8443',
      headers: { 'User-Agent': 'me', 'X-Y': 'z' },
      body: '{"ü":1}',
    }).toString();
    expect(bytes).toBe(
      'POST /v1?x=1 HTTP/1.1\r\nHost: a.test:8443\r\nAccept: */*\r\nUser-Agent: me\r\nX-Y: z\r\nContent-Length: 8\r\nConnection: close\r\n\r\n{"ü":1}',
    );
  });
});
