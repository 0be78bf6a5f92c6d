import { describe, expect, test } from 'vitest';
import { monthlyCost } from '../../../shared/plan/cost.ts';
import { costInput } from '../../../shared/plan/cost-input.ts';
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
    const input = costInput(registry, { metrics: 'fleet', memoryMb: 1024, secondsPerSweep: 0.03 });
    // It has both schedules, and the finer plan for enforcement
    expect(input.schedules.map((each) => each.endpoints).sort()).toEqual([10, 30]);
    expect(input.checks.all).toBeGreaterThan(input.checks.enforcement);
    expect(input.checks.enforcement).toBeGreaterThan(input.checks.isolation);
    expect(input.checks.isolation).toBeGreaterThan(input.checks.certificates);
    expect(input.endpointsPerBatch).toBeGreaterThan(1);
    expect(input.secrets).toBeGreaterThanOrEqual(3);
    expect(monthlyCost(input).total).toBeGreaterThan(5);
  });
});
