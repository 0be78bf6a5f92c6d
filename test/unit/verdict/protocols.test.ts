import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Answer, Meaning, Observation, ProtocolAnswer } from '../../../shared/model/probe.ts';
import type { Endpoint } from '../../../shared/model/registry.ts';
import {
  classifyBypass,
  classifyControl,
  classifyProbe,
  classifySni,
} from '../../../shared/verdict/classify/classify.ts';
import { classifyPlaintext } from '../../../shared/verdict/classify/classify-plaintext.ts';
import { isSameAnswer } from '../../../shared/verdict/classify/same-answer.ts';
import { judgeRefusal } from '../../../shared/verdict/judge/judge-refusal.ts';
import type { Lane } from '../../../shared/verdict/judge/trial.ts';
import { partingOf } from '../../../shared/verdict/judge/unlike-control.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';
import { alerted, anObservation, answered, closed, timedOut } from '../../helpers/observation.ts';
import { aLane, asControl, aTrial, context } from '../../helpers/trial.ts';

const spoken = (meaning: Meaning, like: string, own: Partial<ProtocolAnswer> = {}): Observation => {
  const answer: Answer = {
    kind: 'protocol',
    protocol: 'grpc',
    meaning,
    detail: `got ${like}`,
    like,
    body: like,
    ...own,
  };
  const { protocol, detail } = answer;
  return anObservation({ kind: 'answered', phase: 'answer', protocol, detail }, { answer });
};
const outcome = (seen: ReturnType<typeof classifyControl>): string =>
  seen.kind === 'accepted'
    ? 'accepted'
    : seen.kind === 'rejected'
      ? `rejected by ${seen.by}`
      : `indeterminate: ${seen.why}`;

const grpc: Partial<Endpoint> = { protocol: { kind: 'grpc', service: '' } };
const ok = spoken('serves', '0');

describe('an answer in another protocol', () => {
  test.each<[Meaning, string, string]>([
    ['serves', 'accepted', 'accepted'],
    ['asks', 'accepted', 'indeterminate: ambiguous'],
    ['withholds', 'accepted', 'rejected by protocol'],
    ['doubts', 'indeterminate: ambiguous', 'rejected by protocol'],
    ['refuses', 'rejected by protocol', 'rejected by protocol'],
    ['fails', 'indeterminate: failing', 'indeterminate: ambiguous'],
    ['unclear', 'indeterminate: ambiguous', 'indeterminate: ambiguous'],
  ])('%s: the control is %s, anybody else %s', (meaning, control, other) => {
    const seen = spoken(meaning, 'x');
    expect(outcome(classifyControl(seen, anEndpoint(grpc)))).toBe(control);
    expect(outcome(classifyProbe(seen, anEndpoint(grpc), ok.answer))).toBe(other);
  });

  test('a failure of the control’s is none that accepts.body could name', () => {
    const endpoint = anEndpoint({ ...grpc, accepts: { status: [], body: 'upstream' } });
    const down = spoken('fails', '14', { body: 'upstream connect error' });
    expect(outcome(classifyControl(down, endpoint))).toBe('indeterminate: failing');
  });
  test('a proxy’s 5xx before a gRPC server is a failure; where something else is spoken, HTTP is the wrong port', () => {
    expect(outcome(classifyControl(answered(502), anEndpoint(grpc)))).toBe('indeterminate: failing');
    const mqtt = anEndpoint({ protocol: { kind: 'mqtt', version: '5' } });
    expect(outcome(classifyControl(answered(502), mqtt))).toBe('indeterminate: ambiguous');
  });

  test('what the accepted control got too is an acceptance, whatever it says', () => {
    const noauth = spoken('withholds', 'NOAUTH');
    expect(outcome(classifyProbe(noauth, anEndpoint(), noauth.answer))).toBe('accepted');
  });

  test('codes are told apart to the last digit: a status of another number is never the control’s', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99 }), fc.integer({ min: 0, max: 99 }), (one, other) => {
        const [first, second] = [spoken('serves', String(one)), spoken('refuses', String(other))];
        expect(isSameAnswer(first.answer as Answer, second.answer as Answer)).toBe(one === other);
      }),
    );
  });

  test('bytes that nobody told us the meaning of are compared without their numbers', () => {
    const banner = (text: string) => spoken('asks', text, { protocol: 'tls', body: text }).answer as Answer;
    expect(isSameAnswer(banner('220 ready 17:03'), banner('220 ready 17:04'))).toBe(true);
    expect(isSameAnswer(banner('220 ready'), banner('554 denied'))).toBe(false);
  });

  test('accepts.body says what the control must get, and makes an acceptance of what it names', () => {
    const endpoint = anEndpoint({ accepts: { status: [], body: 'CONNACK 5' } });
    expect(outcome(classifyControl(spoken('doubts', '5', { body: 'CONNACK 5 not authorized' }), endpoint))).toBe(
      'accepted',
    );
    expect(outcome(classifyControl(spoken('doubts', '4', { body: 'CONNACK 4' }), endpoint))).toBe(
      'rejected by protocol',
    );
    expect(outcome(classifyControl(spoken('serves', '0', { body: 'CONNACK 0' }), endpoint))).toBe(
      'indeterminate: ambiguous',
    );
  });

  test('rejects.body comes first', () => {
    const endpoint = anEndpoint({ rejects: { ...anEndpoint().rejects, body: 'denied' } });
    expect(outcome(classifyProbe(spoken('serves', '0', { body: 'denied' }), endpoint, null))).toBe('rejected by body');
  });

  test('plain HTTP from a gRPC endpoint: its refusals count, the control’s 200 does not', () => {
    expect(outcome(classifyProbe(answered(400), anEndpoint(grpc), ok.answer))).toBe('rejected by http-status');
    expect(outcome(classifyControl(answered(200), anEndpoint(grpc)))).toBe('indeterminate: ambiguous');
    expect(outcome(classifyControl(answered(403), anEndpoint(grpc)))).toBe('rejected by http-status');
  });
});

describe('HTTP/2 streams', () => {
  const reset = (code: string) =>
    anObservation({ kind: 'answered', phase: 'answer', protocol: 'h2', detail: `RST_STREAM ${code}` });
  test.each([
    ['PROTOCOL_ERROR', 'rejected by close'],
    ['CANCEL', 'rejected by close'],
    ['INTERNAL_ERROR', 'indeterminate: ambiguous'],
    ['REFUSED_STREAM', 'indeterminate: ambiguous'],
    ['ENHANCE_YOUR_CALM', 'indeterminate: ambiguous'],
    ['HTTP_1_1_REQUIRED', 'indeterminate: ambiguous'],
  ])('reset with %s: %s', (code, wanted) => {
    expect(outcome(classifyProbe(reset(code), anEndpoint(), answered(200, 'hello').answer))).toBe(wanted);
  });
});

describe('a certificate that nobody saw', () => {
  const seen = (own: Partial<Observation>, from = answered(403)) => ({ ...from, presented: 'checkout', ...own });
  test.each<[string, Observation, string]>([
    [
      'not asked for in the handshake, TLS 1.3',
      seen({ certificateSent: false, certificateRequested: false }),
      'post-handshake',
    ],
    ['the same in TLS 1.2', seen({ certificateSent: false, certificateRequested: false, tls: '1.2' }), 'not-sent'],
    ['asked for, and left out', seen({ certificateSent: false, certificateRequested: true }, alerted(40)), 'not-sent'],
    ['certificate_required, for one that was ready', seen({}, alerted(116)), 'not-sent'],
  ])('%s', (_name, observation, why) => {
    for (const classified of [
      classifyControl(observation, anEndpoint()),
      classifyProbe(observation, anEndpoint(), answered(200).answer),
    ])
      expect(outcome(classified)).toBe(`indeterminate: ${why}`);
  });
  test('one that was sent was refused, even with certificate_required', () => {
    const observation = seen({ certificateSent: true }, alerted(116));
    expect(outcome(classifyControl(observation, anEndpoint()))).toBe('rejected by tls-alert');
  });
  test('a TLS alert before any key is about the hello, and names the registry line where it is the version', () => {
    const observation = { ...alerted(70, 'handshake'), tls: null, certificateRequested: null };
    const classified = classifyControl(observation, anEndpoint());
    expect(classified).toMatchObject({
      kind: 'indeterminate',
      why: 'ambiguous',
      decide: expect.stringContaining('tlsVersions'),
    });
  });
});

describe('another name, another way in', () => {
  const control = answered(200, 'ledger 17').answer;
  test.each<[string, Observation, string, string]>([
    ['the control’s own answer', answered(200, 'ledger 18'), 'accepted', 'accepted'],
    ['another 200', answered(200, 'welcome'), 'indeterminate: ambiguous', 'indeterminate: ambiguous'],
    ['404', answered(404), 'rejected by http-status', 'rejected by http-status'],
    ['421', answered(421), 'rejected by http-status', 'rejected by http-status'],
    ['403', answered(403), 'rejected by http-status', 'rejected by http-status'],
    ['a redirect to https', answered(301, '', 'https://x/'), 'rejected by http-status', 'rejected by http-status'],
    ['a redirect elsewhere', answered(302, '', '/login'), 'rejected by http-status', 'indeterminate: ambiguous'],
    ['503', answered(503), 'rejected by http-status', 'indeterminate: ambiguous'],
    ['429', answered(429), 'indeterminate: limited', 'indeterminate: limited'],
    [
      'unrecognized_name',
      { ...alerted(112, 'handshake'), tls: null },
      'rejected by tls-alert',
      'rejected by tls-alert',
    ],
    ['a close', closed(), 'rejected by close', 'rejected by close'],
    ['silence', timedOut(), 'indeterminate: timed-out', 'indeterminate: timed-out'],
  ])('%s', (_name, observation, sni, bypass) => {
    expect(outcome(classifySni(observation, anEndpoint(), control))).toBe(sni);
    expect(outcome(classifyBypass(observation, anEndpoint(), control))).toBe(bypass);
  });
  test('accepts.body decides, where it is given', () => {
    const endpoint = anEndpoint({ accepts: { status: [], body: 'ledger \\d+' } });
    expect(outcome(classifySni(answered(200, 'ledger 99, in other words'), endpoint, null))).toBe('accepted');
  });
});

test('plaintext: a connection that merely stays open tells nothing', () => {
  const stayed = spoken('unclear', 'open without TLS', { protocol: 'tls', body: '' });
  const control = spoken('serves', 'open', { protocol: 'tls', body: '' }).answer;
  expect(outcome(classifyPlaintext(stayed, anEndpoint(), control))).toBe('indeterminate: ambiguous');
});

describe('an acceptance that only rests on an open connection', () => {
  const open = spoken('serves', 'open', { protocol: 'tls', body: '', detail: 'a connection that stayed open' });
  const judged = (...seen: readonly Observation[]) => {
    const { verdict, severity, message } = judgeRefusal(
      aTrial('no-certificate', seen, open),
      aLane(open, open),
      context,
    );
    return [verdict, severity, message] as const;
  };
  test('is a warning, and says so', () => {
    const [verdict, severity, message] = judged(open, open);
    expect([verdict, severity]).toEqual(['fail', 'warning']);
    expect(message).toContain('rests only on a connection that stayed open');
  });
  test('is contradicted by a close after a longer wait: nobody can tell', () => {
    const [verdict, , message] = judged(open, closed(), closed(), closed());
    expect(verdict).toBe('inconclusive');
    expect(message).toContain('in 1 of 4 connections');
  });
  const greeted = { ...spoken('serves', 'open', { protocol: 'tls', body: 'hello' }), watchedMs: 2000 };
  test('a greeting is a guess too: where the others are refused within the same time, it is a warning with its odds', () => {
    const [verdict, severity, message] = judged(greeted, closed(), closed(), closed());
    expect([verdict, severity]).toEqual(['fail', 'warning']);
    expect(message).toContain('in 1 of 4 connections');
    expect(judged(greeted, greeted).slice(0, 2)).toEqual(['fail', 'warning']);
  });
  test('where they are refused later than it was watched, nobody can tell', () => {
    const late = { ...closed(), watchedMs: 3000 };
    expect(judged(greeted, late, late, late)[0]).toBe('inconclusive');
  });
  test('a close that comes later than any control was watched proves nothing', () => {
    const control = { ...open, watchedMs: 2000 };
    const verdictOf = (watchedMs: number, own: Partial<Lane> = {}) =>
      judgeRefusal(
        aTrial('no-certificate', [{ ...closed(), watchedMs }], control),
        { ...aLane(control, control), ...own },
        context,
      ).code;
    expect(verdictOf(20)).toBe('REJECTED_BY_CLOSE');
    expect(verdictOf(3000)).toBe('AMBIGUOUS_ANSWER');
    const patient = asControl({ ...open, watchedMs: 8000 });
    expect(verdictOf(3000, { patientControl: patient })).toBe('REJECTED_BY_CLOSE');
    expect(verdictOf(3000, { patientControl: asControl({ ...closed(), watchedMs: 3000 }) })).toBe('AMBIGUOUS_ANSWER');
  });
});

describe('a forbidden acceptance that its confirmations do not confirm', () => {
  const control = answered(200, 'hello');
  const severityOf = (...seen: readonly Observation[]) =>
    judgeRefusal(aTrial('no-certificate', seen, control), aLane(control, control), context);
  test('is a warning with its odds; one confirmation is enough', () => {
    const alone = severityOf(control, alerted(), alerted(), alerted());
    expect([alone.verdict, alone.severity]).toEqual(['fail', 'warning']);
    expect(alone.message).toContain('in 1 of 4 connections');
    expect(severityOf(control, alerted(), control, alerted()).severity).toBe('critical');
    expect(severityOf(control, control).severity).toBe('critical');
  });
});

describe('an answer that is not the control’s', () => {
  const page = (body: string) => answered(200, body);
  const said = (seen: string, ...controls: readonly [string, string]) => {
    const [first, second] = controls.map(page);
    const lane = { ...aLane(first as Observation, second), controlAmong: asControl(second as Observation) };
    return judgeRefusal(aTrial('no-certificate', [page(seen), page(seen)], first as Observation), lane, context).advice;
  };
  test('is named a possible refusal only where two controls agree and it does not', () => {
    expect(said('please log in', 'hello', 'hello')).toMatch(/rejects\.body/);
    expect(said('up 3', 'up 1', 'up 2')).not.toMatch(/rejects\.body/);
    expect(said('a b c', 'x y', 'z')).not.toMatch(/rejects\.body/);
    expect(said('up 3', 'up 1', 'up 1')).toMatch(/numbers only/);
  });
  test('is shown where it parts from the control’s, escaped and bounded', () => {
    expect(partingOf('* OK ready 17:03\r\na NO [ALERT] no certificate\r\n', '* OK ready 17:04\r\na OK in\r\n')).toBe(
      '…NO [ALERT] no certificate',
    );
    expect(partingOf('421 busy', '220 busy')).toBe('421 busy');
    expect(partingOf('same 1', 'same 2')).toBeNull();
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) => {
        const parting = partingOf(one, other);
        expect(parting === null || (parting.length <= 81 * 6 && /^[\x20-\uffff]*$/.test(parting))).toBe(true);
      }),
    );
  });
});
