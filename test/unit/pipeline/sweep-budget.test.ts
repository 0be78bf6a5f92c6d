/** The law of the budget: no sequence of answers and delays makes a sweep outlive it, and no check passes for want of time. Time is virtual. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Observation, Presented } from '../../../shared/model/probe.ts';
import type { Endpoint } from '../../../shared/model/registry.ts';
import type { CheckResult } from '../../../shared/model/report.ts';
import { budgetOf, UNBOUNDED } from '../../../shared/pipeline/ask/budget.ts';
import { sweepEndpoint } from '../../../shared/pipeline/ask/sweep.ts';
import { inTurn } from '../../../shared/pipeline/ask/turn.ts';
import type { Connect, ConnectOptions } from '../../../shared/pipeline/ask/types.ts';
import { planEndpoint } from '../../../shared/plan/plan.ts';
import { LEFT_AFTER, sweepBudget, worstCase } from '../../../shared/plan/worst-case.ts';
import { connectionLimits, type Limits, MOST_AT_ADDRESS } from '../../../shared/probe/limits.ts';
import { judgeEndpoint } from '../../../shared/verdict/judge/judge-endpoint.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';
import { alerted, answered, closed, refusedTcp, timedOut } from '../../helpers/observation.ts';
import { aProber } from '../../helpers/prober.ts';
import { context } from '../../helpers/trial.ts';

const T = 2_000;
const SUITES = ['enforcement', 'isolation', 'certificates'] as const;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** What a server does with one connection, and after which share of the timeout; silence lasts for the whole. */
type Reply = { readonly seen: Observation; readonly after: number };
/** By what is presented, and how often that was before. */
type Server = (key: string, times: number) => Reply;

const nameOf = (presented: Presented): string =>
  presented.kind === 'identity'
    ? presented.identity
    : presented.kind === 'minted'
      ? `${presented.scenario}${presented.signer ?? ''}`
      : presented.kind;

/** Apart for each check: an answer then depends on nothing but the check and how often it was attempted. */
const keyOf = (presented: Presented, tls: string | null, { detour, priorKnowledge }: ConnectOptions): string => {
  const name = nameOf(presented);
  const way = detour === undefined ? '' : `${detour.kind}${'serverName' in detour ? detour.serverName : ''}`;
  return name === 'checkout' ? name : [name, tls, way, priorKnowledge === true].join();
};

const elapse = async <T>(work: Promise<T>): Promise<T> => {
  let over = false;
  void work.finally(() => {
    over = true;
  });
  for (let steps = 0; !over && steps < 50_000; steps += 1) await vi.advanceTimersToNextTimerAsync();
  if (!over) throw new Error('it never ends');
  return work;
};

type Options = { readonly total?: number | null; readonly own?: Partial<Endpoint>; readonly limits?: Limits };

const sweeping = async (server: Server, { total, own = {}, limits = connectionLimits(16) }: Options = {}) => {
  const endpoint = anEndpoint({ timeout: T, ...own });
  const { checks } = planEndpoint(endpoint, {}, SUITES);
  const asked = new Map<string, number>();
  const seen = { first: Number.POSITIVE_INFINITY, last: 0, open: 0, most: 0, connections: 0 };
  const probe = async (key: string): Promise<Observation> => {
    const times = asked.get(key) ?? 0;
    asked.set(key, times + 1);
    const { seen: observation, after } = server(key, times);
    const startedAt = Date.now();
    seen.first = Math.min(seen.first, startedAt);
    seen.open += 1;
    seen.connections += 1;
    seen.most = Math.max(seen.most, seen.open);
    const durationMs = observation.ended.kind === 'timed-out' ? T : Math.round(T * after);
    await new Promise((resolve) => setTimeout(resolve, durationMs));
    seen.open -= 1;
    seen.last = Math.max(seen.last, Date.now());
    const [name = key] = key.split(',');
    const presented = name === 'none' || name === 'plaintext' ? null : name;
    return { ...observation, presented, startedAt, durationMs };
  };
  const ports = { limits, clock: Date.now, deadline: () => Number.POSITIVE_INFINITY };
  const connect: Connect = (presented, tls, options) =>
    inTurn(endpoint, options, ports).connect(`127.0.0.1:${endpoint.port}`, () => probe(keyOf(presented, tls, options)));
  const budget = total === null ? UNBOUNDED : budgetOf(total ?? sweepBudget(endpoint, checks), T, Date.now);
  const trials = await sweepEndpoint(checks, aProber(endpoint, connect), budget);
  budget.end();
  const { results } = judgeEndpoint(checks, trials, { ...context, endpoint }, () => []);
  const of = (scenario: string) => results.find((result) => result.scenario === scenario);
  return { ...seen, wall: (Date.now() - seen.first) / T, results, trials, of, budget: sweepBudget(endpoint, checks) };
};

const sweep = (server: Server, options: Options = {}) => elapse(sweeping(server, options));

const OK = answered(200, 'hello');
const at = (seen: Observation, after = 0.01): Reply => ({ seen, after });
const reply: fc.Arbitrary<Reply> = fc.record({
  seen: fc.constantFrom(
    OK,
    OK,
    answered(403),
    answered(502),
    { ...answered(429), answer: { kind: 'http', status: 429, body: '', location: null, retryAfter: 5 } } as Observation,
    alerted(),
    closed(),
    closed('connect'),
    timedOut('connect'),
    timedOut('request'),
    refusedTcp(),
  ),
  after: fc.double({ min: 0, max: 1, noNaN: true }),
});
/** Few answers, each for many connections: then whole waves are slow. */
const servers: fc.Arbitrary<Server> = fc
  .record({ replies: fc.array(reply, { minLength: 1, maxLength: 6 }), seed: fc.nat() })
  .map(({ replies, seed }) => (key: string, times: number) => {
    const hash = [...key].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 65_521, seed % 65_521);
    return replies[(hash + times * (seed % 3)) % replies.length] ?? at(OK);
  });
const owns: fc.Arbitrary<Partial<Endpoint>> = fc.record({
  tlsVersions: fc.constantFrom([], ['1.2'] as const, ['1.2', '1.3'] as const),
  perAddress: fc.constantFrom(1, 4, 64),
  perSecond: fc.constantFrom(null, null, 5),
  refuses: fc.constantFrom([], ['orders'], ['orders', 'billing', 'audit']),
  rejects: fc.boolean().map((silence) => ({ ...anEndpoint().rejects, silence })),
});

describe('the law of the budget', () => {
  test('no connection ends after it, and neither does the sweep', async () => {
    await fc.assert(
      fc.asyncProperty(servers, owns, fc.constantFrom(undefined, 6, 8), async (server, own, timeouts) => {
        const total = timeouts === undefined ? undefined : timeouts * T;
        const { first, last, wall, budget } = await sweep(server, { own, ...(total === undefined ? {} : { total }) });
        const allowed = total ?? budget;
        expect(last - first).toBeLessThanOrEqual(allowed);
        expect(wall * T).toBeLessThanOrEqual(allowed + 1);
      }),
      { numRuns: 120 },
    );
  }, 120_000);

  test('what passes within a budget passes without one too', async () => {
    await fc.assert(
      fc.asyncProperty(servers, owns, fc.constantFrom(6, 7, 9), async (server, own, timeouts) => {
        const withControl: Server = (key, times) => (key === 'checkout' ? at(OK, 0.2) : server(key, times));
        const paceless = { ...own, perSecond: null };
        const bounded = await sweep(withControl, { own: paceless, total: timeouts * T });
        const unbounded = await sweep(withControl, { own: paceless, total: null });
        // The control is always accepted: where it is missing, it was not asked at the moment at which a crowd needed it, and that differs by chance.
        const isFine = ({ verdict, code }: CheckResult) => verdict === 'pass' || code === 'CONTROL_NOT_ACCEPTED';
        const passing = new Set(unbounded.results.filter(isFine).map(({ id }) => id));
        const added = bounded.results.filter(({ verdict, id }) => verdict === 'pass' && !passing.has(id));
        expect(added.map(({ id, code }) => `${id} ${code}`)).toEqual([]);
      }),
      { numRuns: 80 },
    );
  }, 120_000);
});

describe('silence', () => {
  const silent = () => at(timedOut('connect'));

  test.each([[[]], [['1.2', '1.3'] as const]])(
    'a server that never answers takes two timeouts: %s',
    async (tlsVersions) => {
      const { wall, results } = await sweep(silent, { own: { tlsVersions } });
      expect(wall).toBeLessThanOrEqual(2.2);
      expect(new Set(results.map(({ verdict }) => verdict))).toEqual(new Set(['inconclusive']));
      expect(results.find(({ scenario }) => scenario === 'valid-identity')?.evidence).toHaveLength(2);
    },
  );

  test('a forbidden acceptance is found among silence', async () => {
    const { wall, of } = await sweep((key) => (key.startsWith('none') ? at(OK) : silent()));
    expect([of('no-certificate')?.verdict, of('no-certificate')?.code]).toEqual(['fail', 'ACCEPTED_NO_CERTIFICATE']);
    expect(wall).toBeLessThanOrEqual(2.2);
  });

  test('a control that is answered at its second attempt has its checks made beside it', async () => {
    const { of, wall } = await sweep((key, times) =>
      key === 'checkout' ? (times === 0 ? silent() : at(OK)) : at(alerted(116)),
    );
    expect([of('valid-identity')?.code, of('no-certificate')?.code]).toEqual(['ACCEPTED', 'REJECTED_BY_TLS_ALERT']);
    expect(wall).toBeLessThanOrEqual(2.2);
  });

  test('an acceptance before such a control is not forgotten', async () => {
    const { of } = await sweep((key, times) => {
      if (key === 'checkout') return times === 0 ? silent() : at(OK);
      return key.startsWith('none') && times < 2 ? at(OK) : at(alerted(116));
    });
    expect(of('no-certificate')?.code).toBe('ACCEPTED_NO_CERTIFICATE');
  });

  const silenceRefuses = { rejects: { ...anEndpoint().rejects, silence: true } };

  test('clients that are refused by silence share it: two attempts of all take two timeouts and what the control takes', async () => {
    const server: Server = (key) => at(key === 'checkout' ? OK : timedOut('request'));
    const { wall, of, most } = await sweep(server, { own: { ...silenceRefuses, tlsVersions: ['1.2', '1.3'] } });
    expect(of('no-certificate')?.code).toBe('REJECTED_BY_SILENCE');
    expect(of('no-certificate')?.evidence.length).toBeGreaterThanOrEqual(3);
    expect(most).toBeGreaterThan(anEndpoint().perAddress);
    expect(wall).toBeLessThanOrEqual(5);
  });

  test('a server that serves perAddress clients at a time, and nobody beside them, is kept to it', async () => {
    let held = 0;
    // Given: each silent client holds one of four workers; with all of them held, the control waits too.
    const server: Server = (key) => {
      if (key !== 'checkout') {
        held += 1;
        setTimeout(() => {
          held -= 1;
        }, T);
        return at(timedOut('request'));
      }
      return held >= 4 ? at(timedOut('connect')) : at(OK);
    };
    const { most, results } = await sweep(server, { own: silenceRefuses });
    expect(most).toBeLessThanOrEqual(anEndpoint().perAddress + 1);
    expect(results.filter(({ evidence, code }) => code === 'REJECTED_BY_SILENCE' && evidence.length < 4)).toEqual([]);
  });

  test('a crowd in which no control is served any more proves nothing', async () => {
    let open = 0;
    // Given: an open server with twelve workers, whom a client with a bad certificate holds: whoever comes later waits.
    const server: Server = (key) => {
      const isFull = open >= 12;
      if (key === 'checkout') return isFull ? at(timedOut('connect')) : at(OK);
      open += 1;
      setTimeout(() => {
        open -= 1;
      }, T);
      return at(timedOut('request'));
    };
    const { results } = await sweep(server, { own: { ...silenceRefuses, refuses: [...'abcdefghijklmnopqrst'] } });
    const passing = results.filter(({ code }) => code === 'REJECTED_BY_SILENCE');
    const unproven = results.filter(({ code }) => code === 'CONTROL_NOT_ACCEPTED');
    expect(passing.length + unproven.length).toBeGreaterThan(20);
    expect(unproven.length).toBeGreaterThan(0);
  });

  test('late closes are asked again side by side', async () => {
    const { wall, of } = await sweep((key) => (key === 'checkout' ? at(OK) : at(closed(), 0.9)));
    expect(of('no-certificate')?.code).toBe('REJECTED_BY_CLOSE');
    expect(wall).toBeLessThanOrEqual(6);
  });
});

test('a fast endpoint is not behind silent ones that began before it', async () => {
  const limits = connectionLimits(4);
  const begun = Date.now();
  let fast = Number.POSITIVE_INFINITY;
  const silent = Array.from({ length: 8 }, (_, port) =>
    sweeping(() => at(timedOut('connect')), { own: { port: port + 1 }, limits }),
  );
  const server: Server = (key) => at(key === 'checkout' ? OK : alerted(116));
  const one = sweeping(server, { own: { port: 9 }, limits }).then(() => {
    fast = Date.now() - begun;
  });
  await elapse(Promise.all([...silent, one]));
  expect(fast).toBeLessThan(T);
});

test('time in which the process was held up is not the server’s', async () => {
  const budget = budgetOf(6 * T, T, Date.now);
  budget.begin();
  await vi.advanceTimersByTimeAsync(T);
  expect(budget.hasTime('closing', 4 * T)).toBe(true);
  // Given: no timer fires for two timeouts.
  vi.setSystemTime(Date.now() + 2 * T);
  await vi.advanceTimersByTimeAsync(100);
  expect([budget.hasTime('closing', 4 * T - 500), budget.hasTime('closing', 4 * T)]).toEqual([true, false]);
  budget.end();
});

describe('what there was no time for', () => {
  test('a close that could not be asked again does not pass', async () => {
    const slow: Server = (key) => (key === 'checkout' ? at(OK, 0.45) : at(closed(), 0.95));
    const { results } = await sweep(slow, { total: 6 * T, own: { perAddress: 1 } });
    const own = ({ evidence }: (typeof results)[number]) =>
      evidence.filter(({ presented }) => presented !== 'checkout');
    const short = results.filter(
      (each) => each.verdict === 'pass' && each.code === 'REJECTED_BY_CLOSE' && own(each).length < 2,
    );
    expect(short).toEqual([]);
    expect(results.filter(({ code }) => code === 'TIMED_OUT').length).toBeGreaterThan(0);
    // The run itself is complete: it is this endpoint that is slow.
    expect(results.filter(({ code }) => code === 'NOT_RUN')).toEqual([]);
  });

  test('the closing control has its time', async () => {
    const slow: Server = (key) => at(key === 'checkout' ? OK : alerted(48), 0.99);
    const { trials } = await sweep(slow, { total: 6 * T, own: { perAddress: 1 } });
    expect(trials.lanes.map(({ closingControl }) => closingControl?.outcome.kind)).toEqual(['accepted']);
  });
});

test('the formula', () => {
  const endpoint = anEndpoint({ timeout: 10_000 });
  const { checks } = planEndpoint(endpoint, {}, SUITES);
  const budget = (own: Partial<Endpoint>) => sweepBudget(anEndpoint({ timeout: 10_000, ...own }), checks) / 1000;
  expect([1, 2, 7, 10, 15, 30, 40, 60].map((timeout) => budget({ timeout: timeout * 1000 }))).toEqual([
    40, 60, 84, 120, 180, 180, 240, 360,
  ]);
  expect(worstCase(endpoint, checks)).toBe(3 * 10_000 + 120_000);
  expect(budget({ perSecond: 1 })).toBeGreaterThan(120 + checks.length);
  const many = Array.from({ length: MOST_AT_ADDRESS + 1 }, () => checks).flatMap(([first]) => first ?? []);
  expect(sweepBudget(endpoint, many) / 1000).toBe(140);
  expect(Object.values(LEFT_AFTER)).toEqual(Object.values(LEFT_AFTER).toSorted((one, other) => other - one));
});
