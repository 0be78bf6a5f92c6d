import { describe, expect, test } from 'vitest';
import type { Observation, Presented } from '../../../shared/model/probe.ts';
import type { Endpoint } from '../../../shared/model/registry.ts';
import { sweepEndpoint } from '../../../shared/pipeline/ask/sweep.ts';
import type { Connect } from '../../../shared/pipeline/ask/types.ts';
import { planEndpoint } from '../../../shared/plan/plan.ts';
import { scenarioNamed } from '../../../shared/scenario/catalogue.ts';
import { judgeEndpoint } from '../../../shared/verdict/judge/judge-endpoint.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';
import { anIdentity } from '../../helpers/identity.ts';
import {
  addressRefused,
  alerted,
  anObservation,
  answered,
  closed,
  refusedTcp,
  timedOut,
  unread,
  unusable,
} from '../../helpers/observation.ts';
import { aProber } from '../../helpers/prober.ts';
import { context } from '../../helpers/trial.ts';

const ok = answered(200, 'hello');
const key = (presented: Presented): string =>
  presented.kind === 'identity'
    ? presented.identity
    : presented.kind === 'minted'
      ? presented.scenario
      : presented.kind;

/** A relying party that follows a script: for each thing presented its answers in turn, the last one for ever. */
const scripted = async (script: Readonly<Record<string, readonly Observation[]>>, own: Partial<Endpoint> = {}) => {
  const endpoint = anEndpoint(own);
  const asked: string[] = [];
  const { checks } = planEndpoint(endpoint, {}, ['enforcement', 'isolation', 'certificates']);
  const connect: Connect = async (presented, tls, { listenFirst, detour, priorKnowledge }) => {
    const way = priorKnowledge ? '+prior-knowledge' : detour === undefined ? '' : `+${detour.kind}`;
    const name = `${key(presented)}${way}`;
    const before = asked.filter((line) => line.split(' ')[0] === name).length;
    asked.push(`${name}${tls === null ? '' : ` ${tls}`}${listenFirst ? ' listening' : ''}`);
    const answers = script[name] ?? [alerted()];
    const answer = answers[Math.min(before, answers.length - 1)] ?? alerted();
    return { ...answer, presented: presented.kind === 'none' || presented.kind === 'plaintext' ? null : name };
  };
  const trials = await sweepEndpoint(checks, aProber(endpoint, connect));
  const { results } = judgeEndpoint(checks, trials, { ...context, endpoint }, () => []);
  const code = (scenario: string) => results.find((result) => result.scenario === scenario)?.code;
  return { asked, results, code, times: (name: string) => asked.filter((line) => line.split(' ')[0] === name).length };
};

test('an address that is never connected to: its control once, and nothing else', async () => {
  const run = await scripted({ checkout: [addressRefused()] });
  expect(run.asked).toEqual(['checkout']);
  expect(new Set(run.results.map(({ verdict, code, cause }) => `${verdict} ${code} ${cause}`))).toEqual(
    new Set(['inconclusive ADDRESS_REFUSED ADDRESS_REFUSED']),
  );
});

describe('how often something is asked', () => {
  test('a strict endpoint: everything once, and its control before, among and after', async () => {
    const run = await scripted({ checkout: [ok], plaintext: [answered(400)] });
    expect(run.asked.toSorted()).toEqual([
      'checkout',
      'checkout',
      // It asks for a session, and is given none.
      'checkout',
      'leaf-as-issuer',
      'leaf-as-issuer',
      'lookalike-issuer',
      'none',
      'none+sni-bypass',
      'none+sni-bypass',
      'orders',
      'plaintext',
      'plaintext+prior-knowledge',
      'self-signed',
      'untrusted-issuer',
    ]);
    expect(run.results.every(({ verdict, scenario }) => verdict === 'pass' || scenario === 'served-certificate')).toBe(
      true,
    );
  });

  test('a forbidden acceptance is confirmed by one more connection', async () => {
    const run = await scripted({ checkout: [ok], none: [ok], plaintext: [answered(400)] });
    expect([run.times('none'), run.code('no-certificate')]).toEqual([2, 'ACCEPTED_NO_CERTIFICATE']);
  });

  test('where the second is refused two more are made, and it stays a fail', async () => {
    const run = await scripted({ checkout: [ok], none: [ok, alerted()], plaintext: [answered(400)] });
    expect([run.times('none'), run.code('no-certificate')]).toEqual([4, 'ACCEPTED_NO_CERTIFICATE']);
  });

  test('silence that refuses is asked again: an open server that stalled for a while is found so', async () => {
    const run = await scripted(
      { checkout: [ok], none: [timedOut('request'), ok], plaintext: [answered(400)] },
      { rejects: { ...anEndpoint().rejects, silence: true } },
    );
    expect([run.times('none'), run.code('no-certificate')]).toEqual([4, 'ACCEPTED_NO_CERTIFICATE']);
  });

  test('a bare close is asked again, listening first; a lost TLS alert is found so', async () => {
    const run = await scripted({
      checkout: [ok],
      none: [closed('request', 'reset'), alerted(116)],
      plaintext: [answered(400)],
    });
    expect(run.asked).toContain('none listening');
    expect([run.times('none'), run.code('no-certificate'), run.times('checkout')]).toEqual([
      2,
      'REJECTED_BY_TLS_ALERT',
      3,
    ]);
  });

  test('a close that turns out to be an acceptance is a fail', async () => {
    const run = await scripted({ checkout: [ok], none: [closed(), ok], plaintext: [answered(400)] });
    expect(run.code('no-certificate')).toBe('ACCEPTED_NO_CERTIFICATE');
  });

  test('what is closed in a burst is asked again alone: a server that limits connections is no enforcing one', async () => {
    const endpoint = anEndpoint({ refuses: [] });
    const { checks } = planEndpoint(endpoint, {}, ['enforcement']);
    let open = 0;
    // Given: an open endpoint that closes every connection beyond the first at a time.
    const connect: Connect = async (presented) => {
      open += 1;
      const crowded = open > 1;
      await new Promise((resolve) => setTimeout(resolve, 1));
      open -= 1;
      return { ...(crowded ? closed() : ok), presented: presented.kind === 'identity' ? presented.identity : null };
    };
    const trials = await sweepEndpoint(checks, aProber(endpoint, connect));
    const { results } = judgeEndpoint(checks, trials, { ...context, endpoint }, () => []);
    const verdicts = results
      .filter(({ scenario }) => !['served-certificate', 'valid-identity', 'resumed-identity'].includes(scenario))
      .map(({ verdict }) => verdict);
    expect([verdicts.length, new Set(verdicts)]).toEqual([8, new Set(['fail'])]);
  });

  test('refusals by close: the control is asked again after them', async () => {
    const run = await scripted({ checkout: [ok], none: [closed()], plaintext: [closed()] });
    expect([run.asked.at(-1), run.times('checkout'), run.code('no-certificate'), run.code('plaintext')]).toEqual([
      'checkout',
      3,
      'REJECTED_BY_CLOSE',
      'REJECTED_BY_CLOSE',
    ]);
  });

  test.each([
    ['403', answered(403)],
    ['a TLS alert', alerted(42)],
    ['a close', closed()],
  ])('a limiter, or a ban, that answers %s does not look like enforcement', async (_how, refusal) => {
    // Given: an endpoint that lets in whoever comes first, and turns everybody away after that.
    const run = await scripted({
      checkout: [ok, refusal],
      ...Object.fromEntries(
        [
          'none',
          'none+sni-bypass',
          'orders',
          'untrusted-issuer',
          'self-signed',
          'lookalike-issuer',
          'leaf-as-issuer',
        ].map((name) => [name, [refusal]]),
      ),
      plaintext: [refusal],
    });
    const passed = run.results.filter(({ verdict, scenario }) => verdict === 'pass' && scenario !== 'valid-identity');
    expect(passed.map(({ id }) => id)).toEqual([]);
    // What a crowd was told is asked again alone.
    expect(run.times('orders')).toBe(2);
  });

  test('a limiter that says so (429) after refusals of another kind spoils none of them', async () => {
    const run = await scripted({ checkout: [ok, ok, answered(429)], plaintext: [answered(400)] });
    expect(run.code('no-certificate')).toBe('REJECTED_BY_TLS_ALERT');
  });

  // The last of the control's connections is `resumed-identity`'s, which asks for a session.
  test.each([
    ['an application that fails once', answered(502)],
    ['no answer once', timedOut()],
  ])('a closing control that ends in %s is asked again, and spoils no TLS alert', async (_how, passing) => {
    const run = await scripted({ checkout: [ok, ok, passing, ok], plaintext: [answered(400)] });
    expect([run.times('checkout'), run.code('no-certificate'), run.code('untrusted-issuer')]).toEqual([
      5,
      'REJECTED_BY_TLS_ALERT',
      'REJECTED_BY_TLS_ALERT',
    ]);
  });

  test.each([
    ['an application that failed had let the control in', answered(502), 'REJECTED_BY_CLOSE'],
    ['without an answer it may have been down', timedOut(), 'CONTROL_NOT_ACCEPTED'],
    ['without a connection it may have been down', refusedTcp(), 'CONTROL_NOT_ACCEPTED'],
  ])('refusals by close before a closing control that is accepted the second time: %s', async (_why, first, code) => {
    const run = await scripted({ checkout: [ok, ok, first, ok], none: [closed()], plaintext: [answered(400)] });
    expect([run.times('checkout'), run.code('no-certificate')]).toEqual([5, code]);
  });

  test('what is inconclusive for its controls names them', async () => {
    const refused = await scripted({ checkout: [alerted(48)] });
    const advice = refused.results.find(({ scenario }) => scenario === 'no-certificate')?.advice;
    const controls = refused.results.filter(({ scenario }) => scenario === 'valid-identity').map(({ id }) => id);
    expect([controls.length, controls.every((id) => advice?.includes(id))]).toEqual([1, true]);
  });

  test('a closing control that is refused is asked no more: what is over by then was there', async () => {
    const run = await scripted({ checkout: [ok, ok, alerted(), ok], plaintext: [answered(400)] });
    expect([run.times('checkout'), run.code('no-certificate')]).toEqual([4, 'CONTROL_NOT_ACCEPTED']);
  });

  test('where only certificates at fault go silent, a server that delays its refusals is named', async () => {
    const advice = async (own: Partial<Endpoint>, none = alerted(116), control = ok) => {
      const script = { checkout: [control], none: [none], 'untrusted-issuer': [timedOut('request')] };
      const { results } = await scripted({ ...script, plaintext: [answered(400)] }, own);
      const found = results.find(({ scenario }) => scenario === 'untrusted-issuer');
      return [found?.code, found?.advice?.includes('timeout: 40s') ?? false];
    };
    expect(await advice({})).toEqual(['TIMED_OUT', true]);
    // That long a wait has seen the end of any such delay.
    expect(await advice({ timeout: 40_000 })).toEqual(['TIMED_OUT', false]);
    expect(await advice({}, timedOut())).toEqual(['TIMED_OUT', false]);
    expect(await advice({}, alerted(116), alerted(48))).toEqual(['TIMED_OUT', false]);
  });

  test('a closing control that fails twice proves nothing', async () => {
    const run = await scripted({ checkout: [ok, ok, answered(502)], plaintext: [answered(400)] });
    expect([run.times('checkout'), run.code('no-certificate')]).toEqual([5, 'CONTROL_NOT_ACCEPTED']);
  });

  test('a client that gets one 502 is asked again: an acceptance is found so, and a refusal', async () => {
    const run = await scripted({
      checkout: [ok],
      none: [answered(502), ok],
      orders: [answered(502), alerted()],
      plaintext: [answered(400)],
    });
    expect([run.code('no-certificate'), run.code('foreign-identity')]).toEqual([
      'ACCEPTED_NO_CERTIFICATE',
      'REJECTED_BY_TLS_ALERT',
    ]);
  });

  test('a control that nobody asked for its certificate is no yardstick for one without', async () => {
    const unasked = { ...ok, certificateRequested: false, certificateSent: false };
    const run = await scripted({ checkout: [unasked], none: [answered(403)], plaintext: [answered(400)] });
    expect([run.code('no-certificate'), run.code('plaintext')]).toEqual([
      'CONTROL_NOT_ACCEPTED',
      'REJECTED_BY_HTTP_STATUS',
    ]);
  });

  test('HTTP/2: plaintext is asked in both versions', async () => {
    const plain = { checkout: [ok], plaintext: [answered(400)] };
    const open = await scripted(
      { ...plain, 'plaintext+prior-knowledge': [ok] },
      { protocol: { kind: 'http', version: 2 } },
    );
    const closedToo = await scripted(
      { ...plain, 'plaintext+prior-knowledge': [closed()] },
      { protocol: { kind: 'http', version: 2 } },
    );
    expect([open.code('plaintext'), closedToo.code('plaintext')]).toEqual(['ACCEPTED_PLAINTEXT', 'REJECTED_BY_CLOSE']);
  });

  test('HTTP/1.1: plaintext is asked in HTTP/2 too', async () => {
    const inHttp2 = async (first: readonly Observation[], second: readonly Observation[]) => {
      const run = await scripted({ checkout: [ok], plaintext: first, 'plaintext+prior-knowledge': second });
      return [run.code('plaintext'), run.times('plaintext'), run.times('plaintext+prior-knowledge')];
    };
    // A multiplexer hands HTTP/1.1 to its TLS server, which answers 400, and HTTP/2 to a server in clear.
    expect(await inHttp2([answered(400)], [ok])).toEqual(['ACCEPTED_PLAINTEXT', 1, 2]);
    expect(await inHttp2([answered(400)], [answered(503)])).toEqual(['REJECTED_BY_HTTP_STATUS', 1, 1]);
    expect(await inHttp2([answered(400)], [closed()])).toEqual(['REJECTED_BY_HTTP_STATUS', 1, 1]);
    // Side by side: neither waits for the other's silence.
    expect(await inHttp2([ok], [ok])).toEqual(['ACCEPTED_PLAINTEXT', 2, 2]);
    expect(await inHttp2([closed(), ok], [closed()])).toEqual(['ACCEPTED_PLAINTEXT', 4, 1]);
    expect(await inHttp2([closed()], [ok])).toEqual(['ACCEPTED_PLAINTEXT', 2, 2]);
    expect(await inHttp2([closed()], [closed()])).toEqual(['REJECTED_BY_CLOSE', 2, 2]);
    expect(await inHttp2([alerted(70)], [ok])).toEqual(['ACCEPTED_PLAINTEXT', 1, 2]);
    expect(await inHttp2([timedOut()], [ok, closed()])).toEqual(['ACCEPTED_PLAINTEXT', 2, 4]);
    expect((await inHttp2([closed()], [answered(503)]))[0]).toBe('AMBIGUOUS_ANSWER');
    // The close still needs its closing control.
    expect((await inHttp2([closed()], [alerted(70)]))[0]).toBe('REJECTED_BY_CLOSE');
  });

  test('plaintext takes no more connections than its scenario says', async () => {
    const run = await scripted({
      checkout: [ok],
      plaintext: [timedOut()],
      'plaintext+prior-knowledge': [timedOut(), ok, closed()],
    });
    const made = run.times('plaintext') + run.times('plaintext+prior-knowledge');
    expect(made).toBeLessThanOrEqual(scenarioNamed('plaintext').attempts);
    expect(made).toBe(6);
  });

  test('a control that is closed on in HTTP/1.1 is asked in HTTP/2, and only then', async () => {
    const reset = anObservation({
      kind: 'answered',
      phase: 'answer',
      protocol: 'h2',
      detail: 'RST_STREAM INTERNAL_ERROR',
    });
    const noH2 = anObservation({ kind: 'answered', phase: 'answer', protocol: 'none', detail: 'ALPN chose no h2' });
    const cut = anObservation({ kind: 'answered', phase: 'answer', protocol: 'h2', detail: 'RST_STREAM CANCEL' });
    const run = async (control: readonly Observation[], inHttp2: Observation, own: Partial<Endpoint> = {}) => {
      const made = await scripted({ checkout: control, 'checkout+prior-knowledge': [inHttp2], none: [closed()] }, own);
      return [made.code('valid-identity'), made.code('no-certificate'), made.times('checkout+prior-knowledge')];
    };
    for (const seen of [reset, ok, answered(403)])
      expect(await run([closed()], seen)).toEqual(['AMBIGUOUS_ANSWER', 'CONTROL_NOT_ACCEPTED', 1]);
    for (const seen of [noH2, cut, closed(), alerted(120), timedOut()])
      expect(await run([closed()], seen)).toEqual(['CONTROL_REJECTED', 'CONTROL_NOT_ACCEPTED', 1]);
    expect((await run([alerted()], ok))[2]).toBe(0);
    expect((await run([answered(403)], ok))[2]).toBe(0);
    expect((await run([ok], ok))[2]).toBe(0);
    expect((await run([closed()], ok, { protocol: { kind: 'http', version: 2 } }))[2]).toBe(0);
  });

  test('an endpoint that goes down half-way does not look secure', async () => {
    const run = await scripted({
      checkout: [ok, refusedTcp()],
      none: [closed()],
      'untrusted-issuer': [closed()],
      plaintext: [closed()],
    });
    expect([run.code('no-certificate'), run.code('untrusted-issuer'), run.code('plaintext')]).toEqual([
      'CONTROL_NOT_ACCEPTED',
      'CONTROL_NOT_ACCEPTED',
      'CONTROL_NOT_ACCEPTED',
    ]);
  });

  test('a rejected control is asked once more before it is called so', async () => {
    const once = await scripted({ checkout: [alerted(), ok] });
    const twice = await scripted({ checkout: [alerted()] });
    expect([
      once.code('valid-identity'),
      once.times('checkout'),
      twice.code('valid-identity'),
      twice.times('checkout'),
    ]).toEqual(['ACCEPTED', 4, 'CONTROL_REJECTED', 2]);
  });

  test('a control that fails does not skip the negatives: an open endpoint is found', async () => {
    const run = await scripted({ checkout: [alerted()], none: [ok], orders: [timedOut()] });
    expect([run.code('no-certificate'), run.code('untrusted-issuer')]).toEqual([
      'ACCEPTED_NO_CERTIFICATE',
      'CONTROL_NOT_ACCEPTED',
    ]);
  });

  test('an address that refuses TCP is asked nothing more', async () => {
    const run = await scripted({ checkout: [refusedTcp()] });
    expect(new Set(run.asked)).toEqual(new Set(['checkout']));
    expect(new Set(run.results.map(({ code, cause }) => `${code} ${cause}`))).toEqual(
      new Set(['UNREACHABLE ENDPOINT_DOWN']),
    );
  });

  test.each([
    ['an address that refuses TCP', refusedTcp()],
    ['an address that is never connected to', addressRefused()],
    ['an endpoint that is up', ok],
  ])('%s: each check has one result', async (_, seen) => {
    const { results } = await scripted({ checkout: [seen] });
    const ids = results.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
    if (seen !== ok) expect(ids).toContain('payments/forged-header/orders');
  });

  test('down or not, a secret without another version has none to ask with', async () => {
    const endpoint = anEndpoint();
    const { checks } = planEndpoint(endpoint, { checkout: anIdentity('checkout') }, ['enforcement']);
    expect(checks.map(({ scenario }) => scenario)).toContain('rotation');
    for (const answer of [ok, refusedTcp()]) {
      const connect: Connect = async (presented) => ({ ...answer, presented: key(presented) });
      const trials = await sweepEndpoint(checks, aProber(endpoint, connect));
      const { results } = judgeEndpoint(checks, trials, { ...context, endpoint }, () => []);
      expect(results.filter(({ scenario, code }) => scenario === 'rotation' || code === 'NOT_RUN')).toEqual([]);
    }
  });

  test('an unusable identity is not taken for a refusal, and the negatives are asked all the same', async () => {
    const run = await scripted({ checkout: [unusable()], none: [ok] });
    expect([run.times('checkout'), run.code('valid-identity'), run.code('no-certificate')]).toEqual([
      1,
      'IDENTITY_UNUSABLE',
      'ACCEPTED_NO_CERTIFICATE',
    ]);
  });
});

test('an identity that could not be read now is asked once, and is no refusal', async () => {
  const run = await scripted({ checkout: [unread()], none: [alerted()] });
  expect([run.times('checkout'), run.code('valid-identity'), run.code('no-certificate')]).toEqual([
    1,
    'IDENTITY_NOT_READ',
    'CONTROL_NOT_ACCEPTED',
  ]);
});

test('what is minted is minted like the control that was accepted, not like one that was refused', async () => {
  const likes: (string | null)[] = [];
  const endpoint = anEndpoint({ admits: ['former', 'checkout'], refuses: [] });
  const { checks } = planEndpoint(endpoint, {}, ['enforcement']);
  const connect: Connect = async (presented, _tls, { control }) => {
    if (presented.kind === 'minted') likes.push(control);
    return { ...(key(presented) === 'checkout' ? ok : alerted()), presented: key(presented) };
  };
  await sweepEndpoint(checks, aProber(endpoint, connect));
  expect(new Set(likes)).toEqual(new Set(['checkout']));
  // Three copies, and two that are signed by an identity.
  expect(likes).toHaveLength(5);
});

describe('TLS versions', () => {
  test('each scenario once per version, each beside its own control; plaintext once', async () => {
    const run = await scripted({ checkout: [ok], plaintext: [answered(400)] }, { tlsVersions: ['1.2', '1.3'] });
    expect([run.times('none'), run.times('checkout'), run.times('plaintext')]).toEqual([2, 6, 1]);
    expect(run.results.map(({ id }) => id)).toContain('payments/no-certificate#1.2');
  });

  test('a version whose control is refused proves nothing there; plaintext takes any accepted version', async () => {
    const endpoint: Partial<Endpoint> = { tlsVersions: ['1.2', '1.3'] };
    // Given: the first control (1.2) refused twice, the other version's accepted.
    const run = await scripted({ checkout: [alerted(70), ok, alerted(70), ok], plaintext: [closed()] }, endpoint);
    const codes = Object.fromEntries(run.results.map(({ id, code }) => [id, code]));
    expect([
      codes['payments/no-certificate#1.2'],
      codes['payments/no-certificate#1.3'],
      codes['payments/plaintext'],
    ]).toEqual(['CONTROL_NOT_ACCEPTED', 'REJECTED_BY_TLS_ALERT', 'REJECTED_BY_CLOSE']);
  });
});

describe('causes', () => {
  const causes = async (script: Record<string, readonly Observation[]>) => {
    const run = await scripted({ checkout: [ok], plaintext: [answered(400)], ...script });
    return Object.fromEntries(
      run.results.filter(({ verdict }) => verdict === 'fail').map(({ scenario, cause }) => [scenario, cause]),
    );
  };
  const notAsked = { ...ok, certificateRequested: false };

  test('optional: only the missing certificate is accepted', async () => {
    expect(await causes({ none: [ok] })).toEqual({ 'no-certificate': 'CLIENT_CERTIFICATE_OPTIONAL' });
  });
  test('asks but does not verify: bad certificates are accepted, none is not', async () => {
    expect(await causes({ 'untrusted-issuer': [ok], 'self-signed': [ok], orders: [ok] })).toEqual({
      'untrusted-issuer': 'ASKS_BUT_DOES_NOT_VERIFY',
      'self-signed': 'ASKS_BUT_DOES_NOT_VERIFY',
      'foreign-identity': 'ASKS_BUT_DOES_NOT_VERIFY',
    });
  });
  test('only self-signed ones get in: that explains nothing else (PHP: allow_self_signed)', async () => {
    expect(await causes({ 'self-signed': [ok], orders: [ok] })).toEqual({
      'self-signed': null,
      'foreign-identity': 'ANY_IDENTITY_ACCEPTED',
    });
  });
  test('does not ask: everything is accepted and no certificate was requested', async () => {
    const found = await causes({
      none: [notAsked],
      'untrusted-issuer': [notAsked],
      'self-signed': [notAsked],
      'lookalike-issuer': [notAsked],
      orders: [notAsked],
    });
    expect(new Set(Object.values(found))).toEqual(new Set(['CLIENT_CERTIFICATE_NOT_REQUESTED']));
  });
  test('any identity: certificates are verified, names are not', async () => {
    expect(await causes({ orders: [ok] })).toEqual({ 'foreign-identity': 'ANY_IDENTITY_ACCEPTED' });
  });
  test('plaintext', async () => {
    expect(await causes({ plaintext: [ok] })).toEqual({ plaintext: 'PLAINTEXT_ACCEPTED' });
  });
});
