import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Observation } from '../../../shared/model/probe.ts';
import type { Endpoint } from '../../../shared/model/registry.ts';
import { classifyProbe } from '../../../shared/verdict/classify/classify.ts';
import { withCauses } from '../../../shared/verdict/judge/find-cause.ts';
import { judgeControl } from '../../../shared/verdict/judge/judge-control.ts';
import { judgeRefusal } from '../../../shared/verdict/judge/judge-refusal.ts';
import type { JudgeContext } from '../../../shared/verdict/judge/trial.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';
import {
  addressRefused,
  alerted,
  anObservation,
  answered,
  closed,
  notTls,
  refusedTcp,
  timedOut,
  unread,
  unusable,
} from '../../helpers/observation.ts';
import { aCheck, aLane, asControl, aTrial, context } from '../../helpers/trial.ts';

const ok = answered(200, 'hello');
const judged = (
  observations: readonly Observation[],
  control: Observation,
  after: Observation | null = null,
  scenario: 'no-certificate' | 'plaintext' | 'foreign-identity' = 'no-certificate',
) => {
  const { verdict, code } = judgeRefusal(aTrial(scenario, observations, control), aLane(control, after), context);
  return `${verdict} ${code}`;
};

/** `control` and `after`: what the control got before and after the attempts; `after` is left out where it was not asked again. */
type Row = {
  readonly what: string;
  readonly attempts: readonly Observation[];
  readonly control: Observation;
  readonly after?: Observation;
  readonly expected: string;
};

describe('what must be refused', () => {
  test.each<Row>([
    {
      what: 'a TLS alert beside an accepted control',
      attempts: [alerted()],
      control: ok,
      expected: 'pass REJECTED_BY_TLS_ALERT',
    },
    {
      what: 'a status beside an accepted control',
      attempts: [answered(403)],
      control: ok,
      expected: 'pass REJECTED_BY_HTTP_STATUS',
    },
    {
      what: 'a TLS alert beside a control that was refused too',
      attempts: [alerted()],
      control: alerted(),
      expected: 'inconclusive CONTROL_NOT_ACCEPTED',
    },
    {
      what: 'a TLS alert beside a control that got 503',
      attempts: [alerted()],
      control: answered(503),
      expected: 'inconclusive CONTROL_NOT_ACCEPTED',
    },
    {
      what: 'a close between two accepted controls',
      attempts: [closed(), closed()],
      control: ok,
      after: ok,
      expected: 'pass REJECTED_BY_CLOSE',
    },
    {
      what: 'a close, and the control is gone afterwards',
      attempts: [closed(), closed()],
      control: ok,
      after: refusedTcp(),
      expected: 'inconclusive CONTROL_NOT_ACCEPTED',
    },
    {
      what: 'a close, and the control was not asked again',
      attempts: [closed(), closed()],
      control: ok,
      expected: 'inconclusive CONTROL_NOT_ACCEPTED',
    },
    {
      what: 'a close before the first handshake byte',
      attempts: [closed('connect')],
      control: ok,
      after: ok,
      expected: 'inconclusive UNREACHABLE',
    },
    {
      what: 'a close that turns out to be a TLS alert',
      attempts: [closed(), alerted(116)],
      control: ok,
      expected: 'pass REJECTED_BY_TLS_ALERT',
    },
    { what: 'an acceptance, confirmed', attempts: [ok, ok], control: ok, expected: 'fail ACCEPTED_NO_CERTIFICATE' },
    {
      what: 'an acceptance beside a control that was refused',
      attempts: [ok, ok],
      control: alerted(),
      expected: 'fail ACCEPTED_NO_CERTIFICATE',
    },
    {
      what: 'an acceptance beside a control without TCP',
      attempts: [ok],
      control: refusedTcp(),
      expected: 'fail ACCEPTED_NO_CERTIFICATE',
    },
    {
      what: 'an acceptance by one of several backends',
      attempts: [alerted(), ok, alerted(), alerted()],
      control: ok,
      expected: 'fail ACCEPTED_NO_CERTIFICATE',
    },
    { what: 'nothing asked, no TCP', attempts: [], control: refusedTcp(), expected: 'inconclusive UNREACHABLE' },
    { what: 'nothing asked, no time', attempts: [], control: ok, expected: 'inconclusive NOT_RUN' },
    { what: 'silence', attempts: [timedOut()], control: ok, after: ok, expected: 'inconclusive TIMED_OUT' },
    { what: 'not TLS', attempts: [notTls()], control: ok, expected: 'inconclusive NOT_TLS' },
    {
      what: 'an identity that cannot be used',
      attempts: [unusable()],
      control: ok,
      expected: 'inconclusive IDENTITY_UNUSABLE',
    },
    { what: '404', attempts: [answered(404)], control: ok, expected: 'inconclusive AMBIGUOUS_ANSWER' },
  ])('$what', ({ attempts, control, after = null, expected }) => {
    expect(judged(attempts, control, after)).toBe(expected);
  });

  test.each<{ expected: string; seen: Observation; rejects: Partial<Endpoint['rejects']> }>([
    { expected: 'pass REJECTED_BY_BODY', seen: answered(200, 'denied'), rejects: { body: 'denied' } },
    { expected: 'pass REJECTED_BY_SILENCE', seen: timedOut(), rejects: { silence: true } },
  ])('as its registry line says: $expected', ({ expected, seen, rejects }) => {
    const endpoint = anEndpoint({ rejects: { ...anEndpoint().rejects, ...rejects } });
    const attempts = [seen, seen].map((observation) => ({
      observation,
      outcome: classifyProbe(observation, endpoint, ok.answer),
    }));
    const trial = { check: aCheck('no-certificate'), attempts };
    const { verdict, code } = judgeRefusal(trial, aLane(ok, ok), { ...context, endpoint });
    expect(`${verdict} ${code}`).toBe(expected);
  });

  test.each([
    ['expired', 'ACCEPTED_EXPIRED'],
    ['not-yet-valid', 'ACCEPTED_NOT_YET_VALID'],
    ['wrong-usage', 'ACCEPTED_WRONG_USAGE'],
  ] as const)('an accepted identity that is %s: %s', (fault, expected) => {
    const { verdict, code } = judgeRefusal(aTrial(fault, [ok, ok], ok), aLane(ok), context);
    expect([verdict, code]).toEqual(['fail', expected]);
  });

  test('one of several backends: the message counts', () => {
    const { message } = judgeRefusal(
      aTrial('no-certificate', [ok, alerted(), alerted(), alerted()], ok),
      aLane(ok),
      context,
    );
    expect(message).toContain('1 of 4 connections');
  });

  test('an ambiguous answer names the registry line that decides it', () => {
    const { message } = judgeRefusal(aTrial('no-certificate', [answered(404)], ok), aLane(ok), context);
    expect(message).toContain('rejects.status');
  });

  test('a would-be pass of a server that we do not trust is inconclusive; a forbidden acceptance stays a fail', () => {
    const distrusting = {
      ...context,
      trustOf: () => ({ code: 'SERVED_CHAIN_UNTRUSTED' as const, message: 'its chain ends at nobody' }),
    };
    const codes = [[alerted()], [ok, ok]]
      .map((observations) => judgeRefusal(aTrial('no-certificate', observations, ok), aLane(ok), distrusting))
      .map(({ verdict, code }) => `${verdict} ${code}`);
    expect(codes).toEqual(['inconclusive SERVED_CHAIN_UNTRUSTED', 'fail ACCEPTED_NO_CERTIFICATE']);
  });

  test('plaintext may meet another certificate: it is exempt', () => {
    const distrusting = {
      ...context,
      trustOf: () => ({ code: 'SERVED_CHAIN_UNTRUSTED' as const, message: 'its chain ends at nobody' }),
    };
    const { verdict } = judgeRefusal(aTrial('plaintext', [answered(400)], ok), aLane(ok), distrusting);
    expect(verdict).toBe('pass');
  });

  test('evidence: the check’s own attempts, the control’s last', () => {
    const { evidence } = judgeRefusal(aTrial('no-certificate', [closed(), closed()], ok), aLane(ok, ok), context);
    expect(evidence.map(({ presented }) => presented)).toEqual([null, null, 'checkout', 'checkout']);
  });
});

/** What the revoked identity got, and what others got beside it. */
type Beside = {
  readonly what: string;
  readonly revoked: Observation;
  readonly unverifiable: Observation;
  readonly expected: string;
};

describe('an identity with a fault that bears another name than the control', () => {
  const other: JudgeContext = { ...context, sharesName: () => false };
  const revoked = (observation: Observation) => ({
    ...aTrial('revoked', [observation], ok),
    check: aCheck('revoked', 'old'),
  });
  const untrusted = (observation: Observation) => {
    const trial = aTrial('untrusted-issuer', [observation], ok);
    return {
      ...trial,
      check: { ...trial.check, presented: { kind: 'minted' as const, scenario: 'untrusted-issuer' as const } },
    };
  };
  const verdict = (observation: Observation, unverifiable: Observation, by = other) => {
    const { verdict: found, code } = judgeRefusal(
      revoked(observation),
      { ...aLane(ok), others: [untrusted(unverifiable)] },
      by,
    );
    return `${found} ${code}`;
  };
  test.each<Beside>([
    {
      what: 'refused by 403, where an unverifiable certificate gets 400: for its name, perhaps',
      revoked: answered(403, 'denied'),
      unverifiable: answered(400, 'bad certificate'),
      expected: 'inconclusive AMBIGUOUS_ANSWER',
    },
    {
      what: 'refused as an unverifiable certificate is',
      revoked: answered(400, 'bad certificate'),
      unverifiable: answered(400, 'bad certificate'),
      expected: 'pass REJECTED_BY_HTTP_STATUS',
    },
    {
      what: 'refused by the TLS alert of its fault',
      revoked: alerted(44),
      unverifiable: alerted(48),
      expected: 'pass REJECTED_BY_TLS_ALERT',
    },
    {
      what: 'refused by another TLS alert than an unverifiable one',
      revoked: alerted(46),
      unverifiable: alerted(48),
      expected: 'inconclusive AMBIGUOUS_ANSWER',
    },
    {
      what: 'refused by the same TLS alert',
      revoked: alerted(46),
      unverifiable: alerted(46),
      expected: 'pass REJECTED_BY_TLS_ALERT',
    },
  ])('$what', (row) => {
    expect(verdict(row.revoked, row.unverifiable)).toBe(row.expected);
  });
  const beside = (foreign: Observation, unverifiable: Observation) => ({
    ...aLane(ok),
    others: [untrusted(unverifiable), aTrial('foreign-identity', [foreign], ok)],
  });
  test('a list of acceptable CAs that holds none of its issuers is named', () => {
    const message = (includesControlIssuer: boolean | null) => {
      const acceptableCasOf = () => ({ names: ['CN=A', 'CN=B', 'CN=C', 'CN=D'], total: 7, includesControlIssuer });
      return judgeControl(aTrial('valid-identity', [{ ...alerted(48), presented: 'checkout' }], null), {
        ...context,
        acceptableCasOf,
      }).message;
    };
    expect(message(false)).toContain('names 7 acceptable CAs');
    expect(message(false)).toContain('(CN=A; CN=B; CN=C; and 4 more)');
    expect([message(true), message(null)].map((each) => each.includes('acceptable'))).toEqual([false, false]);
  });

  test.each<Beside & { readonly foreign: Observation }>([
    {
      what: 'refused as a faultless one of another name is',
      revoked: answered(403, 'no'),
      foreign: answered(403, 'no'),
      unverifiable: answered(403, 'no'),
      expected: 'inconclusive AMBIGUOUS_ANSWER',
    },
    {
      what: 'refused otherwise than a faultless one of another name',
      revoked: alerted(46),
      foreign: answered(403, 'no'),
      unverifiable: alerted(48),
      expected: 'pass REJECTED_BY_TLS_ALERT',
    },
    {
      what: 'refused where a faultless one of another name gets in',
      revoked: answered(403, 'no'),
      foreign: ok,
      unverifiable: answered(400, 'bad'),
      expected: 'pass REJECTED_BY_HTTP_STATUS',
    },
  ])('$what', (row) => {
    const { verdict: found, code } = judgeRefusal(revoked(row.revoked), beside(row.foreign, row.unverifiable), other);
    expect(`${found} ${code}`).toBe(row.expected);
  });
  test('bad_certificate is no word of revocation: a failed check of the name gets it too', () => {
    expect(verdict(alerted(42), alerted(48))).toBe('inconclusive AMBIGUOUS_ANSWER');
  });
  test('with the control’s name there is no doubt', () => {
    expect(verdict(answered(403, 'denied'), answered(400, 'bad certificate'), context)).toBe(
      'pass REJECTED_BY_HTTP_STATUS',
    );
  });
  test('accepted is a fail, whatever its name', () => {
    const { code } = judgeRefusal(revoked(ok), { ...aLane(ok), others: [] }, other);
    expect(code).toBe('ACCEPTED_REVOKED');
  });
});

describe('a control', () => {
  const control = (...observations: readonly Observation[]) => {
    const { verdict, code, severity } = judgeControl(
      { check: aCheck('valid-identity', 'checkout'), attempts: observations.map(asControl) },
      context,
    );
    return `${verdict} ${code} ${severity}`;
  };
  test.each<Pick<Row, 'what' | 'attempts' | 'expected'>>([
    { what: 'accepted', attempts: [ok], expected: 'pass ACCEPTED none' },
    { what: 'accepted the second time', attempts: [alerted(), ok], expected: 'pass ACCEPTED none' },
    { what: 'refused twice', attempts: [alerted(), alerted()], expected: 'fail CONTROL_REJECTED critical' },
    { what: 'closed on twice', attempts: [closed(), closed()], expected: 'fail CONTROL_REJECTED critical' },
    { what: 'no TCP', attempts: [refusedTcp(), refusedTcp()], expected: 'inconclusive UNREACHABLE warning' },
    {
      what: 'an address that is never connected to',
      attempts: [addressRefused()],
      expected: 'inconclusive ADDRESS_REFUSED warning',
    },
    { what: '503', attempts: [answered(503), answered(503)], expected: 'inconclusive APPLICATION_FAILS warning' },
    { what: '503, then served', attempts: [answered(503), ok], expected: 'pass ACCEPTED none' },
    {
      what: 'a fault of the monitor’s setup',
      attempts: [unusable()],
      expected: 'inconclusive IDENTITY_UNUSABLE critical',
    },
    {
      what: 'a secret that could not be read now',
      attempts: [unread()],
      expected: 'inconclusive IDENTITY_NOT_READ critical',
    },
    { what: 'no time', attempts: [], expected: 'inconclusive NOT_RUN warning' },
  ])('$what', ({ attempts, expected }) => {
    expect(control(...attempts)).toBe(expected);
  });

  test.each([
    [{ reason: 'the header was throttled', transient: true }, 'IDENTITY_NOT_READ'],
    [{ reason: 'the header is denied' }, 'IDENTITY_UNUSABLE'],
  ] as const)('a refusal after a secret header was left out proves nothing: %o', (withheldFor, expected) => {
    const refused = { ...answered(401), withheld: ['authorization'], withheldFor };
    const { code, message } = judgeControl(
      { check: aCheck('valid-identity', 'checkout'), attempts: [asControl(refused)] },
      context,
    );
    expect(code).toBe(expected);
    expect(message).toContain(withheldFor.reason);
  });

  test('certificate_required for a valid identity says that it was never sent: nobody refused it', () => {
    const { message, code, verdict } = judgeControl(
      { check: aCheck('valid-identity', 'checkout'), attempts: [asControl(alerted(116)), asControl(alerted(116))] },
      context,
    );
    expect([verdict, code]).toEqual(['inconclusive', 'IDENTITY_UNUSABLE']);
    expect(message).toContain('never sent');
  });
});

describe('an application that fails', () => {
  const down = answered(503);
  const told = (observation: Observation, control: Observation, after: Observation | null = null) =>
    judgeRefusal(aTrial('no-certificate', [observation], control), aLane(control, after), context);

  test('of the control: its status, and not a word about the registry', () => {
    const { message, advice } = judgeControl(
      { check: aCheck('valid-identity', 'checkout'), attempts: [asControl(down), asControl(down)] },
      context,
    );
    expect(message).toContain('HTTP 503');
    expect(`${message} ${advice}`).not.toMatch(/registry|accepts/);
  });
  test('for others too: the same, and nothing that the registry could decide', () => {
    const { verdict, code, message, advice } = told(answered(502), down);
    expect([verdict, code]).toEqual(['inconclusive', 'APPLICATION_FAILS']);
    expect(message).toMatch(/HTTP 502.*checkout: HTTP 503/);
    expect(`${message} ${advice}`).not.toMatch(/registry|accepts|rejects/);
  });
  test('for others only: how it refuses may be named', () => {
    const { code, message } = told(down, ok);
    expect(code).toBe('AMBIGUOUS_ANSWER');
    expect(message).toContain('rejects.body');
  });
  test('a refusal beside it proves nothing, and says why', () => {
    const { code, message } = told(alerted(), down);
    expect(code).toBe('CONTROL_NOT_ACCEPTED');
    expect(message).toContain('checkout: HTTP 503, an application that fails');
    expect(told(closed(), ok, down)).toMatchObject({
      code: 'CONTROL_NOT_ACCEPTED',
      message: expect.stringContaining('its application fails by now'),
    });
  });
  test('one that is served meanwhile is a forbidden acceptance all the same', () => {
    expect(told(ok, down).code).toBe('ACCEPTED_NO_CERTIFICATE');
  });
  test('is one cause of all', () => {
    const control = judgeControl(
      { check: aCheck('valid-identity', 'checkout'), attempts: [asControl(down), asControl(down)] },
      context,
    );
    const causes = withCauses([control, told(down, down), told(alerted(), down)]).map(({ cause }) => cause);
    expect(causes).toEqual(['APPLICATION_FAILS', 'APPLICATION_FAILS', 'APPLICATION_FAILS']);
  });
});

const phase = fc.constantFrom('connect', 'handshake', 'request', 'answer' as const);
const anyObservation: fc.Arbitrary<Observation> = fc.oneof(
  fc
    .tuple(fc.constantFrom(200, 204, 302, 400, 401, 403, 404, 429, 500, 503), fc.constantFrom('', 'hello', 'denied'))
    .map(([status, body]) => answered(status, body)),
  fc.tuple(fc.integer({ min: 1, max: 255 }), phase).map(([number, at]) => alerted(number, at as 'request')),
  fc.tuple(phase, fc.constantFrom('fin' as const, 'reset' as const)).map(([at, how]) => closed(at as 'request', how)),
  phase.map((at) => timedOut(at as 'request')),
  fc.constantFrom(
    refusedTcp(),
    addressRefused(),
    notTls(),
    unusable(),
    anObservation({ kind: 'answered', phase: 'answer', protocol: 'unknown', detail: 'x' }),
  ),
);
const scenario = fc.constantFrom('no-certificate' as const, 'plaintext' as const, 'foreign-identity' as const);

describe('laws', () => {
  test('a forbidden acceptance fails whatever the control did', () => {
    fc.assert(
      fc.property(
        fc.array(anyObservation),
        anyObservation,
        fc.option(anyObservation),
        scenario,
        (around, control, after, name) => {
          const verdict = judged([...around, answered(200, 'served')], control, after, name);
          expect(verdict).toMatch(/^fail ACCEPTED_/);
        },
      ),
    );
  });

  test('nothing passes unless a control was accepted in the same lane', () => {
    fc.assert(
      fc.property(
        fc.array(anyObservation, { maxLength: 4 }),
        anyObservation,
        fc.option(anyObservation),
        scenario,
        (observations, control, after, name) => {
          fc.pre(asControl(control).outcome.kind !== 'accepted');
          expect(judged(observations, control, after, name)).not.toMatch(/^pass/);
        },
      ),
    );
  });

  test('a refusal without words passes only between two accepted controls', () => {
    const wordless = fc.oneof(
      phase.map((at) => closed(at as 'request')),
      phase.map((at) => timedOut(at as 'request')),
    );
    fc.assert(
      fc.property(wordless, fc.option(anyObservation), scenario, (observation, after, name) => {
        fc.pre(after === null || asControl(after).outcome.kind !== 'accepted');
        expect(judged([observation], ok, after, name)).not.toMatch(/^pass/);
      }),
    );
  });
});
