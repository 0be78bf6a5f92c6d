/** tls:// where the registry expects the words that the server says first: what they prove, and what a close behind them does. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Observation, ProtocolAnswer } from '../../../shared/model/probe.ts';
import type { Endpoint } from '../../../shared/model/registry.ts';
import { greetingLines } from '../../../shared/protocol/greeting.ts';
import { leadIn } from '../../../shared/protocol/unknown-words.ts';
import { classifyProbe } from '../../../shared/verdict/classify/classify.ts';
import { judgeBypass } from '../../../shared/verdict/judge/judge-bypass.ts';
import { judgeRefusal } from '../../../shared/verdict/judge/judge-refusal.ts';
import type { Trial } from '../../../shared/verdict/judge/trial.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';
import { alerted, anObservation, closed } from '../../helpers/observation.ts';
import { aCheck, aLane, asControl, aTrial, context } from '../../helpers/trial.ts';

const GREETING = '* OK ready.\r\n';
const said = (body: string, own: Partial<ProtocolAnswer> = {}, seen: Partial<Observation> = {}): Observation => {
  const answer: ProtocolAnswer = {
    kind: 'protocol',
    protocol: 'tls',
    meaning: 'serves',
    detail: 'bytes',
    like: 'expected',
    body,
    ...own,
  };
  return anObservation({ kind: 'answered', phase: 'answer', protocol: 'tls', detail: 'bytes' }, { answer, ...seen });
};
const greeted = (seen: Partial<Observation> = {}, own: Partial<ProtocolAnswer> = {}) => said(GREETING, own, seen);
const over = (send: string | null, own: Partial<Endpoint> = {}) => ({
  ...context,
  endpoint: anEndpoint({ protocol: { kind: 'tls', window: 2000, send, expect: '^\\* OK' }, ...own }),
});
const SILENT = over(null);

const refusedToo = (count: number, seen = alerted()): readonly Trial[] =>
  (['expired', 'revoked', 'self-signed', 'wrong-usage'] as const)
    .slice(0, count)
    .map((scenario) => aTrial(scenario, [seen], greeted()));

type Given = { readonly control?: Observation; readonly others?: readonly Trial[]; readonly judging?: typeof context };
const judged = (seen: readonly Observation[], { control = greeted(), others = [], judging = SILENT }: Given = {}) => {
  const lane = { ...aLane(control, control), others, controlAmong: asControl(control) };
  const { verdict, severity, code, advice } = judgeRefusal(aTrial('no-certificate', seen, control), lane, judging);
  return { told: `${verdict} ${severity}`, code, advice };
};
const twice = (seen: Observation) => [seen, seen];

describe('a greeting that is expected', () => {
  test('is neither an acceptance nor a refusal where the server asks for a certificate and stays open (Dovecot)', () => {
    const { told, code, advice } = judged(twice(greeted()));
    expect([told, code]).toEqual(['inconclusive warning', 'AMBIGUOUS_ANSWER']);
    expect(advice).toMatch(/tls\.send/);
  });
  test.each<[string, readonly Observation[], Given, string]>([
    ['no certificate is asked for', twice(greeted({ certificateRequested: false })), {}, 'fail critical'],
    [
      'none is asked for in TLS 1.2, where it may be later',
      twice(greeted({ certificateRequested: false, tls: '1.2' })),
      {},
      'fail warning',
    ],
    [
      'none is asked for since a session was resumed',
      twice(greeted({ certificateRequested: false, resumed: true })),
      {},
      'inconclusive warning',
    ],
    [
      'it is the whole service',
      twice(greeted({}, { closed: true })),
      { control: greeted({}, { closed: true }) },
      'fail critical',
    ],
    ['the control was closed behind it', twice(greeted()), { control: greeted({}, { closed: true }) }, 'fail critical'],
    ['several others are refused before it', twice(greeted()), { others: refusedToo(2) }, 'fail warning'],
    ['one other is, as TLS refuses it by itself', twice(greeted()), { others: refusedToo(1) }, 'inconclusive warning'],
    [
      'others are closed on behind it',
      twice(greeted()),
      { others: refusedToo(3, greeted({}, { closed: true })) },
      'inconclusive warning',
    ],
    ['another backend refuses this client', [greeted(), closed(), closed(), closed()], {}, 'fail warning'],
  ])('where %s', (_name, seen, given, wanted) => {
    expect(judged(seen, given).told).toBe(wanted);
  });
  test('by accepts.body is the same', () => {
    const judging = over(null, { accepts: { status: [], body: 'ready' } });
    const seen = greeted({}, { like: 'open' });
    expect(judged(twice(seen), { judging, control: seen }).told).toBe('inconclusive warning');
  });
  test('behind words of the client’s own it is an answer, unless one connection shows that it comes unasked', () => {
    const judging = over('a LOGIN u p\r\n');
    expect(judged(twice(greeted()), { judging }).told).toBe('fail critical');
    expect(judged([greeted(), greeted({}, { unasked: true })], { judging }).told).toBe('inconclusive warning');
  });
  test('at another address is neither', () => {
    const trial = (seen: Observation): Trial => ({
      check: { ...aCheck('bypass-address', 'other.test:993'), presented: { kind: 'none' } },
      attempts: twice(seen).map((observation) => ({ observation, outcome: { kind: 'accepted' } })),
    });
    expect(judgeBypass(trial(greeted()), SILENT).verdict).toBe('inconclusive');
    expect(judgeBypass(trial(greeted({ certificateRequested: false })), SILENT).severity).toBe('critical');
  });
  type Drawn = Pick<Observation, 'certificateRequested' | 'tls'> & { readonly resumed: boolean };
  const seenSo = fc.record<Drawn>({
    certificateRequested: fc.constantFrom(true, false, null),
    tls: fc.constantFrom('1.2', '1.3'),
    resumed: fc.boolean(),
  });
  const CLOSED: Partial<ProtocolAnswer> = { closed: true };
  const toldOf = (seen: Drawn, flags: Partial<ProtocolAnswer>, controls: Partial<ProtocolAnswer>, refused: number) =>
    judged(twice(greeted(seen, flags)), {
      control: greeted({}, controls),
      others: refusedToo(refused),
      judging: flags.unasked === true ? over('x') : SILENT,
    }).told;
  const flagsOf = fc.constantFrom<Partial<ProtocolAnswer>>({}, { unasked: true });
  test('stays open: it never passes, and is critical only where no certificate is asked for in TLS 1.3', () => {
    fc.assert(
      fc.property(seenSo, flagsOf, fc.nat(4), (seen, flags, refused) => {
        const isNeverAsked = seen.certificateRequested === false && !seen.resumed;
        const told = toldOf(seen, flags, {}, refused);
        expect(told).toMatch(isNeverAsked ? /^fail/ : /^(fail|inconclusive) warning$/);
        expect(told === 'fail critical').toBe(isNeverAsked && seen.tls === '1.3');
      }),
    );
  });
  test('stays open, of a server that asks, and refuses nobody before it: nothing is decided', () => {
    fc.assert(
      fc.property(seenSo, flagsOf, fc.nat(1), (seen, flags, refused) => {
        const asks = { ...seen, certificateRequested: true };
        expect(toldOf(asks, flags, {}, refused)).toBe('inconclusive warning');
      }),
    );
  });
  test('is the whole service where the control is closed on too: an acceptance, whatever was asked for', () => {
    fc.assert(
      fc.property(seenSo, flagsOf, fc.nat(4), fc.boolean(), (seen, flags, refused, isLate) => {
        const told = toldOf(seen, isLate ? flags : { ...flags, ...CLOSED }, CLOSED, refused);
        expect(told).toBe('fail critical');
      }),
    );
  });
});

describe('a close behind the greeting', () => {
  const endpoint = over('a LOGIN u p\r\n').endpoint;
  const outcomeOf = (seen: Observation, control: Observation) => classifyProbe(seen, endpoint, control.answer);
  const loggedIn = (greeting: string) => said(`${greeting}a OK in\r\n`, { like: `expected${leadIn(greeting)}` });
  const unanswered = (body: string, isClosed: boolean) =>
    said(body, { meaning: 'unclear', like: body, ...(isClosed ? { closed: true } : {}) });

  test('where the control got an answer is a refusal, which the closing control must frame', () => {
    const control = loggedIn(GREETING);
    const seen = unanswered(GREETING, true);
    expect(outcomeOf(seen, control)).toEqual({ kind: 'rejected', by: 'close' });
    const trial = aTrial('no-certificate', twice(seen), control);
    expect(judgeRefusal(trial, aLane(control, control), { ...context, endpoint }).code).toBe('REJECTED_BY_CLOSE');
    expect(judgeRefusal(trial, aLane(control), { ...context, endpoint }).code).toBe('CONTROL_NOT_ACCEPTED');
  });
  test.each([
    ['behind other words, which may be overload', unanswered('421 too busy\r\n', true), loggedIn(GREETING)],
    ['behind more than the greeting', unanswered(`${GREETING}a NO no\r\n`, true), loggedIn(GREETING)],
    ['where the control was closed on too', unanswered(GREETING, true), { ...closed(), answer: null }],
    ['where the connection stays open', unanswered(GREETING, false), loggedIn(GREETING)],
  ])('is none %s', (_name, seen, control) => {
    expect(outcomeOf(seen, control).kind).toBe('indeterminate');
  });
  test('whatever the greeting is: closed without an answer is refused, answered never', () => {
    const greetings = fc.constantFrom(
      GREETING,
      '220 mx ESMTP\r\n',
      'INFO {"id":"N17"}\r\n',
      '+OK hi\r\n',
      '220-a\r\n220 b\r\n',
    );
    fc.assert(
      fc.property(greetings, fc.boolean(), (greeting, isClosed) => {
        const control = loggedIn(greeting);
        expect(outcomeOf(unanswered(greeting, true), control)).toEqual({ kind: 'rejected', by: 'close' });
        const answer = { ...control.answer, ...(isClosed ? { closed: true } : {}) } as ProtocolAnswer;
        expect(outcomeOf({ ...control, answer }, control).kind).not.toBe('rejected');
      }),
    );
  });
});

test('lines that only a greeting has, whatever the client said: the rest may be an answer', () => {
  expect(greetingLines('* OK ready\r\na OK in\r\n')).toBe('* OK ready\r\n');
  expect(greetingLines('220-mx\r\n220 ready\r\n250 ok\r\n')).toBe('220-mx\r\n220 ready\r\n');
  expect(greetingLines('INFO {"x":1}\r\nPONG\r\n')).toBe('INFO {"x":1}\r\n');
  for (const answer of ['+OK in\r\n', 'VERSION 1\r\n', '250 ok\r\n', '']) expect(greetingLines(answer)).toBe('');
});
