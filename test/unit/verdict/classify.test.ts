import { describe, expect, test } from 'vitest';
import type { Answer, Observation } from '../../../shared/model/probe.ts';
import type { Endpoint } from '../../../shared/model/registry.ts';
import { classifyControl, classifyProbe, classifySni } from '../../../shared/verdict/classify/classify.ts';
import { isTheControls } from '../../../shared/verdict/classify/classify-answer.ts';
import { classifyPlaintext } from '../../../shared/verdict/classify/classify-plaintext.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';
import {
  alerted,
  anObservation,
  answered,
  closed,
  notTls,
  refusedTcp,
  timedOut,
  unusable,
} from '../../helpers/observation.ts';

const text = (outcome: ReturnType<typeof classifyControl>): string =>
  outcome.kind === 'accepted'
    ? 'accepted'
    : outcome.kind === 'rejected'
      ? `rejected by ${outcome.by}`
      : `indeterminate: ${outcome.why}`;

const ok = answered(200, 'hello').answer;

describe('the control', () => {
  test.each<[string, Observation, Partial<Endpoint>, string]>([
    ['a status in accepts.status', answered(204), {}, 'accepted'],
    ['a redirect, by default', answered(302), {}, 'accepted'],
    [
      'a status in both lists',
      answered(403),
      { accepts: { status: [{ from: 403, to: 403 }], body: null } },
      'accepted',
    ],
    [
      'accepts.body that matches',
      answered(200, 'ledger 7'),
      { accepts: { status: [{ from: 200, to: 299 }], body: 'ledger \\d' } },
      'accepted',
    ],
    [
      'accepts.body that does not match',
      answered(200, 'login'),
      { accepts: { status: [{ from: 200, to: 299 }], body: 'ledger' } },
      'indeterminate: ambiguous',
    ],
    [
      'rejects.body, whatever the status',
      answered(200, 'denied'),
      { rejects: { ...anEndpoint().rejects, body: 'denied' } },
      'rejected by body',
    ],
    ['a status in rejects.status', answered(403), {}, 'rejected by http-status'],
    ['a status in neither', answered(404), {}, 'indeterminate: ambiguous'],
    ['a backend that is down', answered(503), {}, 'indeterminate: failing'],
    [
      'a 5xx that accepts.status names: an outage is not health',
      answered(503),
      { accepts: { status: [{ from: 200, to: 599 }], body: null } },
      'indeterminate: failing',
    ],
    [
      'a 5xx that accepts.status and accepts.body name',
      answered(500, 'ledger'),
      { accepts: { status: [{ from: 500, to: 500 }], body: 'ledger' } },
      'indeterminate: failing',
    ],
    [
      'a 5xx that rejects.status names',
      answered(502),
      { rejects: { ...anEndpoint().rejects, status: [{ from: 400, to: 599 }] } },
      'indeterminate: failing',
    ],
    [
      'a 5xx that carries rejects.body',
      answered(500, 'denied'),
      { rejects: { ...anEndpoint().rejects, body: 'denied' } },
      'indeterminate: failing',
    ],
    ['a TLS alert', alerted(), {}, 'rejected by tls-alert'],
    ['a close after the first handshake byte', closed('handshake'), {}, 'rejected by close'],
    ['a close after the handshake', closed('request'), {}, 'rejected by close'],
    ['a close before the first handshake byte', closed('connect'), {}, 'indeterminate: unreachable'],
    ['a close in the middle of an answer', closed('answer'), {}, 'indeterminate: ambiguous'],
    [
      'silence, also where silence refuses',
      timedOut(),
      { rejects: { ...anEndpoint().rejects, silence: true } },
      'indeterminate: timed-out',
    ],
    ['no TCP', refusedTcp(), {}, 'indeterminate: unreachable'],
    ['not TLS', notTls(), {}, 'indeterminate: not-tls'],
    ['a fault of the monitor’s setup', unusable(), {}, 'indeterminate: unusable'],
  ])('%s', (_what, observation, own, expected) => {
    expect(text(classifyControl(observation, anEndpoint(own)))).toBe(expected);
  });
});

test('a control is not rejected for the secret header that was left out', () => {
  const withheld = ['authorization'];
  const outcomes = [answered(401), closed('request'), alerted(48)].map((each) =>
    text(classifyControl({ ...each, withheld }, anEndpoint())),
  );
  expect(outcomes).toEqual(['indeterminate: unverified', 'indeterminate: unverified', 'rejected by tls-alert']);
});

describe('everything else, beside an accepted control', () => {
  const moved = answered(302, '<html>302 Found</html>', 'https://payments.test/app').answer;
  test.each<[string, Observation, Observation['answer'], Partial<Endpoint>, string]>([
    [
      '(a) rejects.body before all',
      answered(200, 'hello denied'),
      ok,
      { rejects: { ...anEndpoint().rejects, body: 'denied' } },
      'rejected by body',
    ],
    ['(b) the control’s answer', answered(404, 'no such page'), answered(404, 'no such page').answer, {}, 'accepted'],
    [
      '(b) but for numbers and ids',
      answered(404, 'page 17, id 0badc0de99'),
      answered(404, 'page 18, id deadbeef00').answer,
      {},
      'accepted',
    ],
    [
      '(b) a refusing status that the control got with the same body',
      answered(403, 'x'),
      answered(403, 'x').answer,
      {},
      'accepted',
    ],
    [
      '(b) not where a redirect leads elsewhere',
      answered(302, '<html>302 Found</html>', 'https://login.test/'),
      moved,
      {},
      'indeterminate: ambiguous',
    ],
    [
      '(b) a redirect to the same place',
      answered(302, '<html>302 Found</html>', 'https://payments.test/app'),
      moved,
      {},
      'accepted',
    ],
    ['(c) 503', answered(503), ok, {}, 'indeterminate: ambiguous'],
    ['(c) 429', answered(429), ok, {}, 'indeterminate: limited'],
    ['(c) 408', answered(408), ok, {}, 'indeterminate: ambiguous'],
    ['(d) 403', answered(403), ok, {}, 'rejected by http-status'],
    [
      '(d) 403 where the control got 403 with another body',
      answered(403, 'denied'),
      answered(403, 'welcome').answer,
      {},
      'indeterminate: ambiguous',
    ],
    ['(e) another 200', answered(200, 'something else'), ok, {}, 'accepted'],
    ['(f) 404', answered(404), ok, {}, 'indeterminate: ambiguous'],
    ['(f) 302', answered(302), ok, {}, 'indeterminate: ambiguous'],
    ['a TLS alert', alerted(), ok, {}, 'rejected by tls-alert'],
    ['a close before the first handshake byte', closed('connect'), ok, {}, 'indeterminate: unreachable'],
    ['silence', timedOut(), ok, {}, 'indeterminate: timed-out'],
    [
      'silence, where the registry says so',
      timedOut('handshake'),
      ok,
      { rejects: { ...anEndpoint().rejects, silence: true } },
      'rejected by silence',
    ],
    [
      'half an answer, then silence',
      timedOut('answer'),
      ok,
      { rejects: { ...anEndpoint().rejects, silence: true } },
      'indeterminate: timed-out',
    ],
    [
      'an answer that is not HTTP',
      anObservation({ kind: 'answered', phase: 'answer', protocol: 'unknown', detail: 'SSH' }),
      ok,
      {},
      'indeterminate: ambiguous',
    ],
  ])('%s', (_what, observation, control, own, expected) => {
    expect(text(classifyProbe(observation, anEndpoint(own), control))).toBe(expected);
  });

  test('a refusal without the secret header that was left out proves nothing', () => {
    const observation = { ...answered(401), withheld: ['authorization'] };
    expect(text(classifyProbe(observation, anEndpoint(), ok))).toBe('indeterminate: unverified');
  });
  test('nor does a close without it', () => {
    const observation = { ...closed('request'), withheld: ['authorization'] };
    expect(text(classifyProbe(observation, anEndpoint(), ok))).toBe('indeterminate: unverified');
  });
});

test.each([
  ['a status', answered(403)],
  ['a TLS alert', alerted(40, 'request')],
  ['a TLS alert of 1.2', { ...alerted(40, 'handshake'), tls: '1.2' as const }],
  ['a close', closed('handshake')],
])('%s for a certificate that never went out proves nothing', (_what, observation) => {
  const never = { ...observation, presented: 'orders', certificateSent: false };
  expect(text(classifyProbe(never, anEndpoint(), ok))).toBe('indeterminate: not-sent');
});

test('before keys are derived nobody has presented a certificate: neither a TLS alert nor silence refuses one', () => {
  const early = { ...alerted(80, 'handshake'), tls: null };
  const silent = anEndpoint({ rejects: { ...anEndpoint().rejects, silence: true } });
  expect(text(classifyProbe(early, anEndpoint(), ok))).toBe('indeterminate: ambiguous');
  expect(text(classifyProbe(timedOut('connect'), silent, ok))).toBe('indeterminate: timed-out');
});

test('in TLS 1.3 a server judges its client after the handshake: a TLS alert before says nothing of it', () => {
  const early = { ...alerted(80, 'handshake'), presented: null };
  expect(text(classifyProbe(early, anEndpoint(), ok))).toBe('indeterminate: ambiguous');
  expect(text(classifyProbe({ ...early, tls: '1.2' }, anEndpoint(), ok))).toBe('rejected by tls-alert');
  // One that was offered a session judges that.
  expect(text(classifyProbe({ ...early, resumed: false }, anEndpoint(), ok))).toBe('rejected by tls-alert');
});

test('certificate_required for a certificate that was to be presented: it was never sent, so its refusal proves nothing', () => {
  const never = { ...alerted(116), presented: 'expired' };
  expect([text(classifyProbe(never, anEndpoint(), ok)), text(classifyProbe(alerted(116), anEndpoint(), ok))]).toEqual([
    'indeterminate: not-sent',
    'rejected by tls-alert',
  ]);
});

test('no pattern of a registry is held up by what an endpoint sends', () => {
  const endpoint = anEndpoint({ rejects: { ...anEndpoint().rejects, body: '^(a+)+$' } });
  const begun = process.threadCpuUsage();
  expect(text(classifyProbe(answered(200, `${'a'.repeat(60_000)}!`), endpoint, ok))).toBe('accepted');
  // Microseconds of this thread: other work on the machine is not in them.
  expect(process.threadCpuUsage(begun).user).toBeLessThan(5_000_000);
});

describe('without an accepted control', () => {
  test('only a 2xx is a forbidden acceptance', () => {
    const outcomes = [200, 204, 302, 404, 503].map((status) =>
      text(classifyProbe(answered(status), anEndpoint(), null)),
    );
    expect(outcomes).toEqual([
      'accepted',
      'accepted',
      'indeterminate: ambiguous',
      'indeterminate: ambiguous',
      'indeterminate: ambiguous',
    ]);
  });
});

describe('plaintext', () => {
  test.each<[string, Observation, string]>([
    ['a close', closed('connect'), 'rejected by close'],
    ['a reset', closed('request', 'reset'), 'rejected by close'],
    ['alert bytes', alerted(10, 'answer'), 'rejected by tls-alert'],
    ['silence', timedOut('request'), 'rejected by silence'],
    ['400', answered(400), 'rejected by http-status'],
    ['426', answered(426), 'rejected by http-status'],
    ['421', answered(421), 'rejected by http-status'],
    ['a redirect to https', answered(301, '', 'https://payments.test/'), 'rejected by http-status'],
    ['a redirect elsewhere', answered(301, '', 'http://payments.test/x'), 'indeterminate: ambiguous'],
    ['200', answered(200), 'accepted'],
    ['no TCP', refusedTcp(), 'indeterminate: unreachable'],
    ['half an answer', closed('answer'), 'indeterminate: ambiguous'],
  ])('%s', (_what, observation, expected) => {
    expect(text(classifyPlaintext(observation, anEndpoint(), ok))).toBe(expected);
  });

  test('plaintext that gets what the control got is served, whatever the status', () => {
    const observed = [answered(400, 'no query'), answered(400, 'The plain HTTP request was sent to HTTPS port')];
    const control = answered(400, 'no query').answer;
    expect(observed.map((each) => text(classifyPlaintext(each, anEndpoint(), control)))).toEqual([
      'accepted',
      'indeterminate: ambiguous',
    ]);
  });
  test('the words of a TLS library that failed are a refusal of plaintext, unless the control got them too', () => {
    const said = (body: string): Answer =>
      ({ kind: 'protocol', protocol: 'tls', meaning: 'unclear', detail: body, like: body, body }) as const;
    const failed = said('500 OOPS: error:0A00010B:SSL routines::wrong version number\r\n');
    const observed = anObservation(
      { kind: 'answered', protocol: 'tls', detail: 'bytes', phase: 'answer' },
      { answer: failed },
    );
    const endpoint = anEndpoint({ protocol: { kind: 'tls', send: null, expect: null, window: 1000 } });
    expect(text(classifyPlaintext(observed, endpoint, said('220 ready\r\n')))).toBe('rejected by protocol');
    expect(text(classifyPlaintext(observed, endpoint, failed))).toBe('accepted');
    // What the registry names as an acceptance, or the protocol does, stays one.
    const named = { ...endpoint, accepts: { ...endpoint.accepts, body: '^(220|500) ' } };
    expect(text(classifyPlaintext(observed, named, said('220 ready\r\n')))).toBe('accepted');
    const expected = { ...observed, answer: { ...failed, meaning: 'serves', like: 'expected' } } as const;
    const control = { ...said('220 ready\r\n'), meaning: 'serves', like: 'expected' } as Answer;
    expect(text(classifyPlaintext(expected, endpoint, control))).toBe('accepted');
  });
  test('400 is a refusal also where the registry’s list leaves it out', () => {
    const endpoint = anEndpoint({ rejects: { status: [{ from: 403, to: 403 }], body: null, silence: false } });
    expect(text(classifyPlaintext(answered(400), endpoint, ok))).toBe('rejected by http-status');
  });
});

describe('what the control got, in other words', () => {
  const control = answered(200, '{"code":0}').answer;
  const known = anEndpoint({ accepts: { status: [{ from: 200, to: 299 }], body: '"code":0\\b' } });
  test('an answer that lacks accepts.body is not the control’s, however alike but for its numbers', () => {
    expect(isTheControls(answered(200, '{"code":403}').answer as Answer, known, control)).toBe(false);
    expect(isTheControls(answered(200, '{"code":403}').answer as Answer, anEndpoint(), control)).toBe(true);
  });
  test('one that has it is, whatever else it says', () => {
    const body = anEndpoint({ accepts: { status: [{ from: 401, to: 401 }], body: '"e":"token"' } });
    const own = answered(401, '{"e":"token","trace":"kjh"}').answer;
    expect(text(classifyProbe(answered(401, '{"e":"token","trace":"qwe"}'), body, own))).toBe('accepted');
  });
  test('rejects.body comes first, also under another name', () => {
    const endpoint = anEndpoint({ rejects: { ...anEndpoint().rejects, body: '"code":403' } });
    expect(text(classifySni(answered(200, '{"code":403}'), endpoint, control))).toBe('rejected by body');
  });
  test('the control’s own redirect is no refusal of plaintext, nor is its status alone under another name', () => {
    const moved = answered(302, '', 'https://localhost/app').answer;
    expect(text(classifyPlaintext(answered(302, '', 'https://localhost/app'), anEndpoint(), moved))).toBe('accepted');
    expect(text(classifyPlaintext(answered(302, '', 'https://localhost/login'), anEndpoint(), moved))).toBe(
      'indeterminate: ambiguous',
    );
    expect(text(classifySni(answered(302, '', 'https://localhost/app?state=abc'), anEndpoint(), moved))).toBe(
      'indeterminate: ambiguous',
    );
  });
});

test('an MQTT broker that closes on the control may want a client id that it knows', () => {
  const endpoint = anEndpoint({ protocol: { kind: 'mqtt', version: '3.1.1' } });
  expect(text(classifyControl(closed('request'), endpoint))).toBe('indeterminate: ambiguous');
  expect(text(classifyProbe(closed('request'), endpoint, ok))).toBe('rejected by close');
});
