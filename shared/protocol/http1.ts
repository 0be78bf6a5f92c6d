/**
 * One HTTP/1.1 exchange as a probe needs it (RFC 9112): the request as one small write.
 * An HTTP client library is not used: the verdict depends on how the connection ends, byte by byte.
 */

import { AnswerReader } from './http1-answer.ts';
import { byBytes, type Speaker } from './speaker.ts';

export type HttpRequest = {
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
};

export const requestBytes = (request: HttpRequest): Buffer => {
  const own = Object.entries(request.headers);
  const has = (name: string) => own.some(([given]) => given.toLowerCase() === name);
  const lines = [
    `${request.method} ${request.path} HTTP/1.1`,
    `Host: ${request.host}`,
    ...(has('user-agent') ? [] : ['User-Agent: mtls-monitor']),
    ...(has('accept') ? [] : ['Accept: */*']),
    ...own.map(([name, value]) => `${name}: ${value}`),
    ...(request.body === null ? [] : [`Content-Length: ${Buffer.byteLength(request.body)}`]),
    'Connection: close',
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${request.body ?? ''}`, 'utf8');
};

/** HTTP/1.1 over TLS; without TLS it is the same. */
export const http1 = (request: HttpRequest): Speaker => {
  const start = byBytes(
    (secrets) => requestBytes({ ...request, headers: { ...request.headers, ...secrets } }),
    () => new AnswerReader(request.method),
  );
  const spoken = { window: null, start };
  return { alpn: ['http/1.1'], upgrade: null, writesOften: false, ...spoken, plaintext: spoken };
};
