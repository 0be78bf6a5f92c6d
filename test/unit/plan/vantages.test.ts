import { describe, expect, test } from 'vitest';
import { makeBatches } from '../../../shared/plan/batches.ts';
import { monthlyCost } from '../../../shared/plan/cost.ts';
import { costInput } from '../../../shared/plan/cost-input.ts';
import { durationName } from '../../../shared/plan/durations.ts';
import { followUps, halved } from '../../../shared/plan/follow-ups.ts';
import { parseRegistry } from '../../../shared/registry/parse.ts';

const registryOf = (...endpoints: readonly string[]) => {
  const named = endpoints.map((own, at) => `  - { name: e${at}, url: "https://h${at}", admits: [a], ${own} }`);
  const text = `version: 1\nschedules: { default: {}, slow: {} }\nidentities: { a: { secret: x } }\nvantages: { east: {}, west: {} }\nendpoints:\n${named.join('\n')}\n`;
  const result = parseRegistry(text, '/r/registry.yaml');
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.value.registry;
};
const batchesOf = (
  registry: ReturnType<typeof registryOf>,
  suite: 'enforcement' | 'certificates' = 'enforcement',
  schedule: string | null = null,
  durations: ReadonlyMap<string, number> = new Map(),
) => makeBatches(registry, { id: 'r', startedAt: 0, suite, schedule }, {}, durations);
const shown = (batches: ReturnType<typeof batchesOf>) =>
  batches.map(({ vantage, endpoints, health }) => [
    vantage,
    endpoints.map(({ name }) => name).join(' '),
    health.length,
  ]);

describe('the batches of several vantages', () => {
  test('an endpoint is in a batch of each of its vantages, and no batch has two vantages', () => {
    const registry = registryOf('timeout: 1s', 'from: [east, default]', 'from: [west]');

    expect(shown(batchesOf(registry))).toEqual([
      ['default', 'e0 e1', 0],
      ['east', 'e1', 0],
      ['west', 'e2', 0],
    ]);
  });

  test('the identities have one batch, at the default vantage wherever the deployment has a function there', () => {
    const both = registryOf('from: [east]', 'schedule: slow');

    // A run of the other schedule has no batch there, and the function is there all the same.
    expect(shown(batchesOf(both, 'certificates', 'default'))).toEqual([
      ['east', 'e0', 0],
      ['default', '', 1],
    ]);
    expect(shown(batchesOf(registryOf('from: [west]', 'from: [east]'), 'certificates'))).toEqual([
      ['west', 'e0', 0],
      ['east', 'e1', 0],
      ['west', '', 1],
    ]);
  });

  test('are sized by what sweeps took from the same vantage', () => {
    // Given eighty endpoints that are slow from one vantage only
    const registry = registryOf(...Array.from({ length: 80 }, () => 'from: [default, east]'));
    const slow = new Map(registry.endpoints.map(({ name }) => [durationName(name, 'east'), 60_000]));
    const counts = (durations: ReadonlyMap<string, number>) =>
      ['default', 'east'].map(
        (name) => batchesOf(registry, 'enforcement', null, durations).filter(({ vantage }) => vantage === name).length,
      );

    expect(counts(new Map())).toEqual([1, 1]);
    expect(counts(slow)).toEqual([1, 2]);
  });

  test('what a batch leaves is swept from the same vantage', () => {
    const [, east] = batchesOf(registryOf('from: [default, east]', 'from: [default, east]'));
    if (east === undefined) throw new Error('no batch of east');

    const later = followUps([{ batch: east, names: ['e1'] }, ...halved(east)]);

    expect(shown(later)).toEqual([
      ['east', 'e1', 0],
      ['east', 'e0', 0],
      ['east', 'e1', 0],
    ]);
  });
});

describe('the price of several vantages', () => {
  const priced = (...endpoints: readonly string[]) =>
    costInput(registryOf(...endpoints), { metrics: 'endpoint', memoryMb: 1024 });
  const quantity = (input: ReturnType<typeof costInput>, what: string) =>
    monthlyCost(input).lines.reduce((sum, line) => (line.what.includes(what) ? sum + line.quantity : sum), 0);

  test('counts an endpoint once for each, with its work, its metrics, and two alarms for each function', () => {
    const [one, two] = [priced('from: [default]'), priced('from: [default, east]')];

    expect([one, two].map(({ vantages, schedules }) => [vantages, schedules[0]?.endpoints])).toEqual([
      [1, 1],
      [2, 2],
    ]);
    expect(two.schedules[0]?.runs.enforcement.batches).toBe(2);
    expect(quantity(two, 'alarms') - quantity(one, 'alarms')).toBe(2);
    expect(quantity(two, 'custom metrics') - quantity(one, 'custom metrics')).toBe(6);
  });

  test('has no function at a vantage that no endpoint uses', () => {
    expect(priced('from: [west]').vantages).toBe(1);
  });
});
