/** Endpoints that answer nothing: the message and the advice follow from how far the connection got. */
import { expect, test } from 'vitest';
import type { Ended, Phase } from '../../../shared/model/probe.ts';
import { judgeControl } from '../../../shared/verdict/judge/judge-control.ts';
import { judgeRefusal } from '../../../shared/verdict/judge/judge-refusal.ts';
import { judgeServed } from '../../../shared/verdict/judge/served.ts';
import { anObservation, answered } from '../../helpers/observation.ts';
import { aCheck, aLane, asControl, aTrial, context } from '../../helpers/trial.ts';

const control = (ended: Ended, durationMs = 7004) => {
  const attempt = asControl(anObservation(ended, { durationMs }));
  return judgeControl({ check: aCheck('valid-identity', 'checkout'), attempts: [attempt] }, context);
};
const silent = (phase: Phase): Ended => ({ kind: 'timed-out', phase });
const unreachable = (at: 'dns' | 'tcp', reason: string): Ended => ({
  ...{ kind: 'unreachable', phase: 'connect' },
  ...{ at, reason },
});
const NETWORK = /DNS|security group|route from/;

test.each<[Phase, RegExp, RegExp]>([
  ['connect', /TCP connection was accepted, and not one byte came within 7 s/, /backlog.*load balancer/],
  ['handshake', /handshake began, and nothing more came within 7 s/, /hangs.*s2n-tls/],
  ['request', /handshake was complete, and not one byte of an answer came within 7 s/, /application or the backend/],
  ['answer', /answer began, and its end did not come within 7 s/, /middle of its answer/],
])('silent in the phase %s: what was seen, and what to look at then; no word of the network', (phase, seen, lookAt) => {
  const { verdict, code, message, advice } = control(silent(phase));
  expect([verdict, code]).toEqual(['inconclusive', 'TIMED_OUT']);
  expect(message).toMatch(seen);
  expect(advice).toMatch(lookAt);
  expect(`${message} ${advice}`).not.toMatch(NETWORK);
});

test.each<[string, Ended, RegExp]>([
  ['a name that does not resolve', unreachable('dns', 'ENOTFOUND'), /DNS record/],
  ['a port without a listener', unreachable('tcp', 'ECONNREFUSED'), /Nothing listens/],
  ['a host that does not answer', unreachable('tcp', 'ETIMEDOUT'), /security group/],
  ['a network without a route', unreachable('tcp', 'ENETUNREACH'), /route/],
  ['any other error', unreachable('tcp', 'EMFILE'), /printed command/],
])('%s has advice of its own', (_, ended, lookAt) => {
  const { code, advice } = control(ended);
  expect([code, lookAt.test(advice ?? '')]).toEqual(['UNREACHABLE', true]);
});

test('the served certificate of a silent server has the same reason', () => {
  const attempt = asControl(anObservation(silent('connect'), { durationMs: 2000 }));
  const lane = aLane(attempt.observation);
  const { code, message } = judgeServed(aCheck('served-certificate'), lane, () => [], context);
  expect([code, message.includes('not one byte came within 2 s')]).toEqual(['TIMED_OUT', true]);
});

test('where a control is accepted, silence may be a refusal: the registry line stays the advice', () => {
  const trial = aTrial('no-certificate', [anObservation(silent('request'))], answered(200));
  const { code, advice } = judgeRefusal(trial, aLane(answered(200)), context);
  expect([code, advice?.includes('rejects.silence')]).toEqual(['TIMED_OUT', true]);
});
