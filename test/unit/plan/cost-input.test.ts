import { describe, expect, test } from 'vitest';
import { assumptions, silentEach } from '../../../shared/plan/assumptions.ts';
import { monthlyCost } from '../../../shared/plan/cost.ts';
import { costInput, costOf } from '../../../shared/plan/cost-input.ts';
import { MEASURED } from '../../../shared/plan/measured.ts';
import { overBudget } from '../../../shared/plan/monthly-budget.ts';
import { PRICE_LIST } from '../../../shared/plan/prices.ts';
import { parseRegistry } from '../../../shared/registry/parse.ts';

const registryOf = (text: string) => {
  const result = parseRegistry(text, '/r/registry.yaml');
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.value.registry;
};
const endpoints = (count: number, schedule: string) =>
  Array.from(
    { length: count },
    (_, at) =>
      `  - { name: ${schedule}-${at}, url: "https://h${at}", admits: [a], schedule: ${schedule}, timeout: 1s }`,
  );

describe('what a registry asks of AWS', () => {
  test('is counted by schedule, with the checks that are really planned', () => {
    // Given 30 endpoints of one schedule and 10 of another, two identities and one with a fault
    const registry = registryOf(
      [
        'version: 1',
        'schedules: { slow: { enforcement: 1h } }',
        'identities: { a: { secret: a }, b: { secret: b }, old: { secret: old, fault: expired } }',
        'endpoints:',
        ...endpoints(30, 'default'),
        ...endpoints(10, 'slow'),
      ].join('\n'),
    );
    // When its costs are asked for
    const input = costInput(registry, { metrics: 'fleet', memoryMb: 1024 });
    // It has both schedules, and the finer plan for enforcement
    expect(input.schedules.map((each) => each.endpoints).sort()).toEqual([10, 30]);
    expect(input.checks.all).toBeGreaterThan(input.checks.enforcement);
    expect(input.checks.enforcement).toBeGreaterThan(input.checks.isolation);
    expect(input.checks.isolation).toBeGreaterThan(input.checks.certificates);
    // It has the batches that the plan function would make: one, and the identities' own where certificates are asked for
    for (const { runs } of input.schedules) {
      expect(runs.enforcement).toMatchObject({ batches: 1, secrets: 3, secretCalls: 1, controls: 1 });
      expect(runs.certificates.batches).toBe(2);
    }
    expect(monthlyCost(input).total).toBeGreaterThan(5);
  });

  test('three hundred endpoints are three batches, also where one in twenty never answers', () => {
    const registry = registryOf(
      ['version: 1', 'identities: { a: { secret: a } }', 'endpoints:', ...endpoints(300, 'default')].join('\n'),
    );
    const workWith = (durations: ReadonlyMap<string, number>) =>
      costInput(registry, { metrics: 'fleet', memoryMb: 1024 }, durations).schedules[0]?.runs.enforcement;
    const [healthy, silent] = [workWith(new Map()), workWith(silentEach(registry, 20))];

    expect([healthy?.batches, silent?.batches]).toEqual([3, 3]);
    // One function waits for all of them: the run costs one sweep's worst case more.
    const worst = Math.max(...silentEach(registry, 20).values());
    const more = ((silent?.probeSeconds ?? 0) - (healthy?.probeSeconds ?? 0)) * 1000;
    expect(more).toBeGreaterThan(0);
    expect(more).toBeLessThanOrEqual(worst);
  });
});

describe('the assumptions', () => {
  test('name the price list, the measured times and what is left out', () => {
    const text = assumptions(
      registryOf(
        ['version: 1', 'identities: { a: { secret: a } }', 'endpoints:', ...endpoints(1, 'default')].join('\n'),
      ),
    );
    for (const named of [PRICE_LIST.date, PRICE_LIST.region, MEASURED.on, `${MEASURED.checkMs} ms`, 'Not in the sum'])
      expect(text.join('\n')).toContain(named);
  });
});

describe('a budget', () => {
  const withBudget = (budget: string) =>
    registryOf(
      ['version: 1', budget, 'identities: { a: { secret: a } }', 'endpoints:', ...endpoints(3, 'default')].join('\n'),
    );

  test('refuses what costs more, names the sum, and is silent otherwise', () => {
    const { total } = costOf(withBudget('monitor: {}'), 'fleet');

    expect(overBudget(withBudget(`monitor: { budget: ${total - 1} }`), 'fleet')).toContain(
      `$${total.toFixed(2)} a month`,
    );
    expect(overBudget(withBudget(`monitor: { budget: ${total + 1} }`), 'fleet')).toBeNull();
    expect(overBudget(withBudget(`monitor: { budget: ${total + 1} }`), 'check')).toContain('monitor.budget');
    expect(overBudget(withBudget('monitor: {}'), 'check')).toBeNull();
  });
});
