/** Every protocol's probe at a hostile server, in both tries, and what must be true of what it says. */
import { expect } from 'vitest';
import type { Answer, Observation } from '../../shared/model/probe.ts';
import { type Presentable, presentedBytes, secureContext } from '../../shared/probe/context.ts';
import type { ProbeTarget } from '../../shared/probe/conversation.ts';
import { runProbe } from '../../shared/probe/run-probe.ts';
import { http1 } from '../../shared/protocol/http1.ts';
import { http2 } from '../../shared/protocol/http2.ts';
import { speakerOf } from '../../shared/protocol/protocols.ts';
import type { Speaker } from '../../shared/protocol/speaker.ts';
import { aTarget } from '../helpers/target.ts';

const TIMEOUT = 450;
const GRACE = 1500;
const SECRET = 's3cret-and-long-enough-to-be-told';
const get = { method: 'GET', path: '/', host: 'localhost', headers: {}, body: null };

const SPEAKERS: Readonly<Record<string, Speaker>> = {
  http: http1(get),
  h2: http2(get),
  grpc: speakerOf({ kind: 'grpc', service: '' }, get),
  postgres: speakerOf({ kind: 'postgres', user: 'u', database: 'd' }, get),
  mqtt: speakerOf({ kind: 'mqtt', version: '5' }, get),
  redis: speakerOf({ kind: 'redis' }, get),
  tls: speakerOf({ kind: 'tls', window: 100, send: 'hello', expect: null }, get),
  expecting: speakerOf({ kind: 'tls', window: 100, send: null, expect: 'ready' }, get),
};

/** Whether the server's bytes can hold such an answer: `echo` may hold what we said ourselves. */
const holds = (answer: Answer, said: string, echoes: boolean): boolean => {
  if (answer.kind === 'http') {
    const inText = new RegExp(`HTTP/1\\.[01] ${answer.status}`).test(said);
    return inText || (said.includes('\x00\x00\x00\x01\x08\x03') && said.includes(String(answer.status)));
  }
  if (answer.like === 'open' || answer.like === 'open without TLS') return true;
  switch (answer.protocol) {
    case 'grpc':
      return said.includes('application/grpc');
    case 'postgres':
      return /[RE]\0\0/.test(said);
    case 'mqtt':
      return said.includes('\x20');
    case 'redis':
      return echoes || /[-+:$*_#,(!=%~>].*\r\n/s.test(said);
    default:
      return (
        echoes ||
        said.includes(Buffer.from(answer.body, 'utf8').toString('latin1').slice(0, 1)) ||
        answer.body.includes('\ufffd')
      );
  }
};

export type Setting = {
  readonly port: number;
  readonly said: string;
  readonly echoes: boolean;
  readonly identity: Presentable | null;
  readonly version: '1.2' | '1.3' | null;
  readonly plain: boolean;
};

const check = (observation: Observation, took: number, { said, echoes, identity, plain }: Setting): void => {
  expect(took).toBeLessThan(TIMEOUT + GRACE);
  const { answer, ended } = observation;
  if (answer !== null) {
    expect(holds(answer, said, echoes)).toBe(true);
    expect(Buffer.byteLength(answer.body, 'latin1')).toBeLessThanOrEqual(65_536);
    expect(ended.kind).toBe('answered');
  }
  if (plain) expect(ended.kind).not.toBe('not-tls');
  const text = JSON.stringify(observation);
  expect(text).not.toContain(SECRET);
  if (identity !== null) {
    expect(text).not.toContain(identity.privateKey.export({ format: 'jwk' }).d);
    expect(text).not.toContain('PRIVATE KEY');
  }
};

/** All protocols at once, each in both tries. */
export const probeAll = async (setting: Setting): Promise<readonly Observation[]> => {
  const { port, identity, version, plain } = setting;
  const own: Partial<ProbeTarget> = {
    timeout: TIMEOUT,
    context: plain ? null : secureContext(identity, version),
    presentedBytes: presentedBytes(identity),
    secretHeaders: { 'x-token': SECRET },
    trusts: () => true,
  };
  const each = Object.values(SPEAKERS).flatMap((speaker) => [
    { ...own, speaker, listenFirst: false },
    { ...own, speaker, listenFirst: true },
  ]);
  return Promise.all(
    each.map(async (target) => {
      const begun = performance.now();
      const observation = await runProbe(aTarget(port, target), Date.now);
      check(observation, performance.now() - begun, setting);
      return observation;
    }),
  );
};
