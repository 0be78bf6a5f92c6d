/** What must hold of the detours' verdicts, whatever was seen. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Check, Detour } from '../../../shared/model/check.ts';
import type { ScenarioName } from '../../../shared/model/names.ts';
import type { Observation } from '../../../shared/model/probe.ts';
import { classifyBypass, classifyProbe, classifySni } from '../../../shared/verdict/classify/classify.ts';
import { judgeBypass } from '../../../shared/verdict/judge/judge-bypass.ts';
import { judgeForged } from '../../../shared/verdict/judge/judge-forged.ts';
import { judgeRefusal } from '../../../shared/verdict/judge/judge-refusal.ts';
import { judgeRotation } from '../../../shared/verdict/judge/judge-rotation.ts';
import type { Attempt, Trial } from '../../../shared/verdict/judge/trial.ts';
import {
  addressRefused,
  alerted,
  anObservation,
  answered,
  closed,
  refusedTcp,
  timedOut,
} from '../../helpers/observation.ts';
import { aCheck, aLane, context } from '../../helpers/trial.ts';

const ok = answered(200, 'hello');
const { endpoint } = context;
const lanes = [aLane(ok, ok), aLane(ok), aLane(answered(403)), aLane(refusedTcp())];

const observation: fc.Arbitrary<Observation> = fc.oneof(
  fc
    .record({
      status: fc.constantFrom(200, 204, 301, 302, 401, 403, 404, 408, 418, 421, 429, 431, 500, 503),
      body: fc.constantFrom('hello', 'other'),
    })
    .map(({ status, body }) => answered(status, body)),
  fc.constantFrom(
    alerted(),
    alerted(49, 'handshake'),
    closed(),
    closed('connect'),
    closed('answer'),
    timedOut(),
    refusedTcp(),
    addressRefused(),
  ),
);
const detouring = (scenario: ScenarioName, detour: Detour, subject: string | null = null): Check => ({
  ...aCheck(scenario, subject),
  presented: { kind: 'none' },
  detour,
});
type Classify = typeof classifyProbe;
const attempt = (seen: Observation, classify: Classify, control = ok.answer): Attempt => ({
  observation: seen,
  outcome: classify(seen, endpoint, control),
});
const isAccepted = ({ outcome }: Attempt) => outcome.kind === 'accepted';

const SNI = detouring('sni-bypass', { kind: 'sni-bypass', serverName: 'x.invalid' }, 'unknown');
const SESSION = detouring('resumption', { kind: 'resumption' });
const BYPASS = detouring(
  'bypass-address',
  { kind: 'bypass-address', bypass: { ...endpoint, plaintext: false } },
  'https://origin.test/',
);
const FORGED = detouring('forged-header', { kind: 'forged-header' });

describe('an accepted attempt is a fail, whatever the control did', () => {
  test.each([
    [SNI, classifySni],
    [SESSION, classifyProbe],
  ] as const)('$scenario', (check, classify) => {
    fc.assert(
      fc.property(fc.array(observation, { minLength: 1, maxLength: 5 }), fc.constantFrom(...lanes), (seen, lane) => {
        const attempts = seen.map((each) => attempt(each, classify, lane.control?.observation.answer ?? null));
        const { verdict } = judgeRefusal({ check, attempts }, lane, context);
        expect(verdict === 'fail').toBe(attempts.some(isAccepted));
        // Without an accepted control nothing passes.
        if (lane.control === null) expect(verdict).not.toBe('pass');
      }),
    );
  });
});

describe('sni-bypass', () => {
  test.each([
    ['the control’s own answer', ok, 'fail'],
    ['another 2xx', answered(200, 'welcome'), 'inconclusive'],
    ['404', answered(404), 'pass'],
    ['421', answered(421), 'pass'],
    ['a redirect', answered(302, '', '/login'), 'pass'],
    ['an alert before any key', { ...alerted(112, 'handshake'), tls: null }, 'pass'],
    ['a close before a byte, between two controls', closed('connect'), 'pass'],
    ['a token left out, and 401', { ...answered(401), withheld: ['authorization'] }, 'inconclusive'],
    ['a token left out, and 421', { ...answered(421), withheld: ['authorization'] }, 'pass'],
  ] as const)('%s', (_, seen, verdict) => {
    const trial = { check: SNI, attempts: [attempt(seen, classifySni)] };
    expect(judgeRefusal(trial, aLane(ok, ok), context).verdict).toBe(verdict);
  });
  test('a close without a byte, and no control afterwards, proves nothing', () => {
    const trial = { check: SNI, attempts: [attempt(closed('connect'), classifySni)] };
    expect(judgeRefusal(trial, aLane(ok), context).code).toBe('CONTROL_NOT_ACCEPTED');
  });
});

describe('bypass-address', () => {
  test('an address that is never connected to is not closed, alone or beside another', () => {
    const code = (...seen: readonly Observation[]) =>
      judgeBypass({ check: BYPASS, attempts: seen.map((each) => attempt(each, classifyBypass)) }, context).code;
    const beside = (seen: Observation): Observation => ({ ...seen, leftOut: '169.254.169.254 is link-local' });
    expect(code(addressRefused(), addressRefused())).toBe('ADDRESS_REFUSED');
    expect(code(alerted(), addressRefused())).toBe('ADDRESS_REFUSED');
    expect(code(beside(refusedTcp()), beside(refusedTcp()))).toBe('ADDRESS_REFUSED');
    expect(code(beside(ok))).toBe('ACCEPTED_BYPASS_ADDRESS');
  });
  test('without an accepted control no 2xx fails, and nothing but acceptance ever does', () => {
    fc.assert(
      fc.property(fc.array(observation, { minLength: 1, maxLength: 4 }), fc.boolean(), (seen, withControl) => {
        const attempts = seen.map((each) => attempt(each, classifyBypass, withControl ? ok.answer : null));
        const { verdict } = judgeBypass({ check: BYPASS, attempts }, context);
        if (!withControl) expect(verdict).not.toBe('fail');
        expect(verdict === 'fail').toBe(attempts.some(isAccepted));
        const other2xx = seen.some(
          ({ answer }) => answer?.kind === 'http' && answer.status < 300 && answer.body !== 'hello',
        );
        if (other2xx) expect(verdict).not.toBe('pass');
      }),
    );
  });
});

describe('forged-header', () => {
  const forged = (bare: Observation, seen: readonly Observation[], alone: readonly Observation[] = []): Trial => ({
    check: FORGED,
    attempts: [...seen, ...alone].map((each) => attempt(each, classifyProbe)),
    aside: {
      kind: 'forged-header',
      bare: attempt(bare, classifyProbe),
      alone: alone.map((each) => attempt(each, classifyProbe)),
      worked: [],
    },
  });
  test('never a fail where who sends no header is let in too, nor where nobody knows', () => {
    fc.assert(
      fc.property(observation, fc.array(observation, { minLength: 1, maxLength: 4 }), (bare, seen) => {
        const trial = forged(bare, seen);
        const { verdict } = judgeForged(trial, aLane(ok, ok), context);
        const { outcome } = attempt(bare, classifyProbe);
        if (outcome.kind === 'accepted') expect(verdict).toBe('inconclusive');
        if (outcome.kind === 'rejected') expect(verdict === 'fail').toBe(trial.attempts.some(isAccepted));
      }),
    );
  });
  test.each([
    ['refused without, served with', answered(401), [ok], [], 'fail'],
    ['sent to a login without, served with', answered(302, '', '/login'), [ok], [], 'fail'],
    ['silence without, served with', timedOut(), [ok], [], 'inconclusive'],
    ['an overload without, served with', answered(503), [ok], [], 'inconclusive'],
    ['too large together, each alone refused', answered(401), [answered(431)], [answered(401), answered(401)], 'pass'],
    [
      'too large together, and one alone',
      answered(401),
      [answered(431)],
      [answered(431), answered(401)],
      'inconclusive',
    ],
    ['silence first, then refused', answered(401), [timedOut(), answered(401)], [], 'inconclusive'],
  ] as const)('%s', (_, bare, seen, alone, verdict) => {
    expect(judgeForged(forged(bare, seen, alone), aLane(ok, ok), context).verdict).toBe(verdict);
  });
});

describe('resumption', () => {
  const judged = (seen: Observation) =>
    judgeRefusal({ check: SESSION, attempts: [attempt(seen, classifyProbe)] }, aLane(ok, ok), context);
  test('an alert before keys refuses the session, but not one for the version', () => {
    const early = { tls: null, resumed: false };
    expect(judged({ ...alerted(49, 'handshake'), ...early }).code).toBe('REJECTED_BY_TLS_ALERT');
    expect(judged({ ...alerted(70, 'handshake'), ...early }).verdict).toBe('inconclusive');
  });
  test('the message says whose session it was', () => {
    const aside = { kind: 'resumption', at: 'open', by: 'orders' } as const;
    const { message } = judgeRefusal(
      { check: SESSION, attempts: [attempt(ok, classifyProbe)], aside },
      aLane(ok),
      context,
    );
    expect(message).toContain('a session that orders earned at open');
  });
});

describe('rotation', () => {
  const check = { ...aCheck('rotation', 'checkout'), detour: { kind: 'rotation' } } as const;
  const staged = (stage: string, seen: Observation): Attempt => ({
    observation: { ...seen, presented: `checkout (${stage})` },
    outcome: classifyProbe(seen, endpoint, ok.answer),
  });
  test.each([
    ['next accepted', [staged('AWSPENDING', ok)], 'pass', 'ACCEPTED'],
    ['next refused', [staged('AWSPENDING', alerted())], 'fail', 'NEXT_IDENTITY_REJECTED'],
    ['next unknown', [staged('AWSPENDING', timedOut())], 'inconclusive', 'TIMED_OUT'],
    ['the one before refused', [staged('AWSPREVIOUS', alerted())], 'pass', 'PREVIOUS_IDENTITY_REJECTED'],
    ['the one before accepted', [staged('AWSPREVIOUS', ok)], 'pass', 'ACCEPTED'],
    [
      'next refused, the one before accepted',
      [staged('AWSPENDING', alerted()), staged('AWSPREVIOUS', ok)],
      'fail',
      'NEXT_IDENTITY_REJECTED',
    ],
    [
      'next accepted, the one before refused',
      [staged('AWSPENDING', ok), staged('AWSPREVIOUS', alerted())],
      'pass',
      'PREVIOUS_IDENTITY_REJECTED',
    ],
    ['nothing asked', [], 'inconclusive', 'NOT_RUN'],
  ] as const)('%s', (_, attempts, verdict, code) => {
    expect(judgeRotation({ check, attempts }, context)).toMatchObject({ verdict, code });
  });
  test('next refused is a warning, the one before refused is worth a word', () => {
    expect(judgeRotation({ check, attempts: [staged('AWSPENDING', alerted())] }, context).severity).toBe('warning');
    expect(judgeRotation({ check, attempts: [staged('AWSPREVIOUS', alerted())] }, context).severity).toBe('info');
  });
});
test('an observation without an address is fit for all of them', () => {
  const seen = anObservation(
    { kind: 'unreachable', phase: 'connect', at: 'dns', reason: 'ENOTFOUND' },
    { address: null },
  );
  expect(judgeBypass({ check: BYPASS, attempts: [attempt(seen, classifyBypass)] }, context).code).toBe('BYPASS_CLOSED');
});
