/** resumed-identity, from the connections that it makes to its verdict. */
import { describe, expect, test } from 'vitest';
import type { Observation } from '../../../shared/model/probe.ts';
import type { Endpoint } from '../../../shared/model/registry.ts';
import { sweepEndpoint } from '../../../shared/pipeline/ask/sweep.ts';
import type { Connect, ConnectOptions } from '../../../shared/pipeline/ask/types.ts';
import { planEndpoint } from '../../../shared/plan/plan.ts';
import { judgeEndpoint } from '../../../shared/verdict/judge/judge-endpoint.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';
import { alerted, answered, closed, refusedTcp, timedOut, unusable } from '../../helpers/observation.ts';
import { aProber } from '../../helpers/prober.ts';
import { context } from '../../helpers/trial.ts';

const ok = answered(200, 'hello');
const resumed = { ...ok, resumed: true, certificateRequested: false, certificateSent: false };
const anew = { ...ok, resumed: false };
const cut = { ...alerted(80, 'handshake'), resumed: false, certificateSent: null };

type Script = {
  /** What comes of each connection that offers a session; the last for ever. Null: no time is left. */
  readonly back?: readonly (Observation | null)[];
  /** What the control gets, the two before and among the others included. */
  readonly control?: readonly (Observation | null)[];
  readonly gives?: boolean;
  readonly admits?: Endpoint['admits'];
};

const at = <Item>(items: readonly Item[], index: number): Item => items[Math.min(index, items.length - 1)] as Item;

const swept = async ({ back = [resumed], control = [ok], gives = true, admits = ['checkout'] }: Script) => {
  const endpoint = anEndpoint({ admits });
  const { checks } = planEndpoint(endpoint, {}, ['enforcement']);
  const asked: ConnectOptions[] = [];
  let [controls, backs] = [0, 0];
  const connect: Connect = async (presented, _tls, options) => {
    if (presented.kind !== 'identity') return { ...alerted(), presented: null };
    if (presented.identity !== 'checkout') return { ...alerted(), presented: presented.identity };
    asked.push(options);
    const observation = options.detour?.kind === 'resumed-identity' ? at(back, backs++) : at(control, controls++);
    if (gives && observation?.answer != null) options.onSession?.(Buffer.from(`session ${controls}`));
    return observation === null ? null : { ...observation, presented: 'checkout' };
  };
  const trials = await sweepEndpoint(checks, aProber(endpoint, connect));
  const { results } = judgeEndpoint(checks, trials, { ...context, endpoint }, () => []);
  const found = results.filter(({ scenario }) => scenario === 'resumed-identity');
  expect(found).toHaveLength(1);
  const offered = asked.flatMap(({ detour }) => (detour?.kind === 'resumed-identity' ? [String(detour.offered)] : []));
  return { result: found[0], offered, asked };
};
const said = async (script: Script) => {
  const { result } = await swept(script);
  return [result?.verdict, result?.code, result?.severity];
};

describe('a client that comes back with its own session', () => {
  test('is served, in two connections: neither the certificate nor a request for it is missed', async () => {
    const { result, offered } = await swept({});
    expect([result?.verdict, result?.code, offered.length]).toEqual(['pass', 'ACCEPTED', 1]);
  });

  test('each time with the session of the handshake before: a ticket is for one use', async () => {
    const { offered } = await swept({ back: [cut] });
    expect(offered).toHaveLength(2);
    expect(new Set(offered).size).toBe(2);
  });

  test.each([
    ['a TLS alert', cut],
    ['a close', { ...closed(), resumed: false }],
    [
      '403, in the resumed session',
      { ...answered(403), resumed: true, certificateRequested: false, certificateSent: false },
    ],
    ['an application that misses the certificate', { ...answered(500), resumed: true }],
  ])('refused twice with %s, and served right afterwards without it: critical', async (_, refusal) => {
    const { result } = await swept({ back: [refusal] });
    expect([result?.verdict, result?.code, result?.severity, result?.cause]).toEqual([
      'fail',
      'RESUMED_IDENTITY_REJECTED',
      'critical',
      'RESUMPTION_REFUSED',
    ]);
  });

  test.each([
    ['silence', { ...timedOut(), resumed: false }],
    ['a new session', anew],
  ])('refused, and %s, and refused: a third time decides', async (_, other) => {
    const fails = ['fail', 'RESUMED_IDENTITY_REJECTED', 'critical'];
    expect(await said({ back: [cut, other, cut] })).toEqual(fails);
    if (other !== anew) expect(await said({ back: [other, cut, cut] })).toEqual(fails);
  });

  test('comes back with the session of the closing control: no connection is made for the session alone', async () => {
    const { asked, offered } = await swept({});
    expect(asked.map(({ detour, onSession }) => detour?.kind ?? (onSession === undefined ? 'none' : 'earns'))).toEqual([
      'none',
      'none',
      'earns',
      'resumed-identity',
    ]);
    expect(offered).toEqual(['session 3']);
  });

  test('a close is tried again listening first', async () => {
    const { asked } = await swept({ back: [{ ...closed(), resumed: false }] });
    const listening = asked.flatMap(({ detour, listenFirst }) => (detour === undefined ? [] : [listenFirst]));
    expect(listening).toEqual([false, true]);
  });
});

describe('proves nothing', () => {
  test.each([
    ['refused once and resumed at the second try', { back: [cut, resumed] }, ['pass', 'ACCEPTED', 'none']],
    [
      'refused once, a new session at the second',
      { back: [cut, anew] },
      ['inconclusive', 'AMBIGUOUS_ANSWER', 'warning'],
    ],
    ['refused once, a new session, resumed', { back: [cut, anew, resumed] }, ['pass', 'ACCEPTED', 'none']],
    [
      'refused between two silences',
      { back: [{ ...timedOut(), resumed: false }, cut, { ...timedOut(), resumed: false }] },
      ['inconclusive', 'TIMED_OUT', 'warning'],
    ],
    ['silence both times', { back: [{ ...timedOut(), resumed: false }] }, ['inconclusive', 'TIMED_OUT', 'warning']],
    ['a limiter', { back: [{ ...answered(429), resumed: true }] }, ['inconclusive', 'AMBIGUOUS_ANSWER', 'warning']],
    ['no session is given', { gives: false }, ['pass', 'SESSION_NOT_RESUMED', 'none']],
    ['the session is not taken up', { back: [anew] }, ['pass', 'SESSION_NOT_RESUMED', 'none']],
    ['no time to come back', { back: [null] }, ['inconclusive', 'NOT_RUN', 'warning']],
    // Before, among, afterwards, where it earns the first session; then one that earns another, and one without.
    [
      'down meanwhile',
      { back: [cut], control: [ok, ok, ok, ok, refusedTcp()] },
      ['inconclusive', 'CONTROL_NOT_ACCEPTED', 'warning'],
    ],
    [
      'banned meanwhile',
      { back: [cut], control: [ok, ok, ok, ok, alerted(80)] },
      ['inconclusive', 'CONTROL_NOT_ACCEPTED', 'warning'],
    ],
    [
      'no time to ask without it',
      { back: [cut], control: [ok, ok, ok, ok, null] },
      ['inconclusive', 'NOT_RUN', 'warning'],
    ],
    [
      'refused while it asks for a session',
      { control: [ok, ok, alerted(42)] },
      ['inconclusive', 'CONTROL_NOT_ACCEPTED', 'warning'],
    ],
    [
      'limited while it asks for a session',
      { control: [ok, ok, answered(429)] },
      ['inconclusive', 'AMBIGUOUS_ANSWER', 'warning'],
    ],
    ['the control is refused', { control: [alerted(48)] }, ['inconclusive', 'CONTROL_NOT_ACCEPTED', 'warning']],
    ['the control is unusable', { control: [unusable()] }, ['inconclusive', 'CONTROL_NOT_ACCEPTED', 'warning']],
    ['nothing listens', { control: [refusedTcp()] }, ['inconclusive', 'UNREACHABLE', 'warning']],
  ] as const)('%s', async (_, script, expected) => {
    expect(await said(script)).toEqual(expected);
  });

  test('the control that was accepted comes back, not the first of admits', async () => {
    const { result, offered } = await swept({ admits: ['former', 'checkout'] });
    expect([result?.code, offered.length]).toEqual(['ACCEPTED', 1]);
    expect(result?.evidence[0]?.presented).toBe('checkout');
  });
});
