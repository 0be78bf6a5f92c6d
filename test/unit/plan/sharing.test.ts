import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { QUICK } from '../../../shared/plan/expected-time.ts';
import { BATCH_TIME, byExpectedTime, byWorstCase, CONNECTIONS, type Timed } from '../../../shared/plan/sharing.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';
import { endOf } from '../../helpers/simulated-batch.ts';

const timed = (name: string, time: number, perAddress = 4): Timed => ({
  endpoint: anEndpoint({ name, perAddress }),
  time,
});
const healthy = (count: number, time = 3_000) => Array.from({ length: count }, (_, at) => timed(`ok${at}`, time));
const tarpits = (count: number, time = 22_000) => Array.from({ length: count }, (_, at) => timed(`slow${at}`, time));
const timesOf = (all: readonly Timed[]) => {
  const times = new Map(all.map(({ endpoint, time }) => [endpoint.name, time]));
  return ({ name }: { readonly name: string }) => times.get(name) ?? Number.NaN;
};
const namesIn = (groups: readonly (readonly { readonly name: string }[])[]) => groups.flat().map(({ name }) => name);
const many = fc.array(
  fc.record({ time: fc.integer({ min: 0, max: 400_000 }), perAddress: fc.integer({ min: 1, max: 64 }) }),
  { maxLength: 300 },
);
const named = (some: readonly { readonly time: number; readonly perAddress: number }[]) =>
  some.map(({ time, perAddress }, at) => timed(`e${at}`, time, perAddress));

describe('groups by expected time', () => {
  test('a thousand healthy endpoints are ten groups', () => {
    expect(byExpectedTime(healthy(1000)).map(({ length }) => length)).toEqual(Array.from({ length: 10 }, () => 100));
  });

  test('5 % tarpits: as many groups, nine of them untouched, and an end that is one sweep later at the most', () => {
    const all = [...healthy(500), ...tarpits(50), ...healthy(450).map(({ time }, at) => timed(`more${at}`, time))];
    const groups = byExpectedTime(all);

    expect(groups).toHaveLength(10);
    expect(groups.filter((group) => group.some(({ name }) => name.startsWith('slow')))).toHaveLength(1);
    const without = Math.max(...byExpectedTime(healthy(1000)).map((group) => endOf(group, () => 3_000, CONNECTIONS)));
    const end = Math.max(...groups.map((group) => endOf(group, timesOf(all), CONNECTIONS)));
    expect(end).toBeLessThanOrEqual(without + 22_000);
  });

  test('tarpits that nobody knows yet make no group longer than one sweep more', () => {
    const all = [...healthy(95), ...tarpits(5)];
    const [group, ...more] = byExpectedTime(all.map(({ endpoint }) => ({ endpoint, time: 3_000 })));

    expect(more).toEqual([]);
    const without = endOf(group ?? [], () => 3_000, CONNECTIONS);
    expect(endOf(group ?? [], timesOf(all), CONNECTIONS)).toBeLessThanOrEqual(without + 22_000);
  });

  test('each endpoint is in one group; slow ones begin at once; a group ends with its longest sweep or soon after', () => {
    fc.assert(
      fc.property(many, (some) => {
        const all = named(some);
        const groups = byExpectedTime(all);
        expect(namesIn(groups).toSorted()).toEqual(all.map(({ endpoint }) => endpoint.name).toSorted());
        for (const group of groups) {
          const times = group.map(timesOf(all));
          const longest = Math.max(...times);
          const slow = group.filter((_, at) => (times[at] ?? 0) > QUICK);
          const slowWidth = slow.reduce((sum, { perAddress }) => sum + perAddress, 0);
          const widest = Math.max(...group.map(({ perAddress }) => perAddress));
          expect(slowWidth).toBeLessThanOrEqual(CONNECTIONS);
          const share = CONNECTIONS / (CONNECTIONS - widest);
          const end = endOf(group, timesOf(all), CONNECTIONS);
          expect(end).toBeLessThanOrEqual(share * Math.max(longest, QUICK) + QUICK);
        }
      }),
    );
  });
});

describe('groups by worst case', () => {
  test('each endpoint is in one group, in order, and each group ends in time unless it is one endpoint', () => {
    fc.assert(
      fc.property(many, (some) => {
        const all = named(some);
        const groups = byWorstCase(all);
        expect(namesIn(groups)).toEqual(all.map(({ endpoint }) => endpoint.name));
        for (const group of groups.filter(({ length }) => length > 1))
          expect(endOf(group, timesOf(all), CONNECTIONS)).toBeLessThanOrEqual(BATCH_TIME);
      }),
    );
  });

  test('a hundred silent endpoints share a function', () => {
    expect(byWorstCase(tarpits(100))).toHaveLength(1);
    expect(byWorstCase(tarpits(3, BATCH_TIME + 1))).toHaveLength(3);
  });
});
