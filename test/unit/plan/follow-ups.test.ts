import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Batch } from '../../../shared/model/run.ts';
import { followUps, halved, roundOf } from '../../../shared/plan/follow-ups.ts';
import { planEndpoint } from '../../../shared/plan/plan.ts';
import { BATCH_TIME, CONNECTIONS } from '../../../shared/plan/sharing.ts';
import { worstCase } from '../../../shared/plan/worst-case.ts';
import { anEndpoint } from '../../helpers/endpoint.ts';
import { endOf } from '../../helpers/simulated-batch.ts';

const aBatch = (endpoints: Batch['endpoints'], round?: number): Batch => ({
  run: { id: 'r', startedAt: 0, suite: 'enforcement', schedule: null },
  ...{ vantage: 'default', suites: ['enforcement'], identities: {}, health: ['checkout'], trustBundles: {} },
  endpoints,
  defaults: { expiry: anEndpoint().expiry, settleAfter: 2, remindAfter: 1 },
  ...(round !== undefined && { round }),
});
const namesOf = (batches: readonly Batch[]) => batches.flatMap(({ endpoints }) => endpoints.map(({ name }) => name));

describe('follow-up batches', () => {
  test('hold what was left, once each, and end in time even if every sweep takes its worst case', () => {
    const left = fc.array(
      fc.record({
        timeout: fc.integer({ min: 100, max: 60_000 }),
        perAddress: fc.integer({ min: 1, max: 64 }),
        carried: fc.boolean(),
      }),
      { maxLength: 150 },
    );
    fc.assert(
      fc.property(left, (some) => {
        const endpoints = some.map(({ timeout, perAddress }, at) =>
          anEndpoint({ timeout, perAddress, name: `e${at}` }),
        );
        const names = endpoints.flatMap(({ name }, at) => (some[at]?.carried ? [name] : []));
        const batches = followUps([{ batch: aBatch(endpoints), names }]);
        expect(namesOf(batches)).toEqual(names);
        const took = (endpoint: (typeof endpoints)[number]) =>
          worstCase(endpoint, planEndpoint(endpoint, {}, ['enforcement']).checks);
        for (const batch of batches.filter((each) => each.endpoints.length > 1))
          expect(endOf(batch.endpoints, took, CONNECTIONS)).toBeLessThanOrEqual(BATCH_TIME);
      }),
    );
  });

  test('count their round, and leave the identities’ health where it was', () => {
    const [first] = followUps([{ batch: aBatch([anEndpoint()]), names: ['payments'] }]);
    const [second] = followUps([{ batch: first ?? aBatch([]), names: ['payments'] }]);
    expect([first, second].map((batch) => batch && [roundOf(batch), batch.health])).toEqual([
      [1, []],
      [2, []],
    ]);
  });

  test('a batch that left nothing becomes two halves; one without endpoints becomes none', () => {
    const names = ['a', 'b', 'c'];
    const halves = halved(aBatch(names.map((name) => anEndpoint({ name }))));
    expect(halves.map((half) => half.names)).toEqual([['a', 'b'], ['c']]);
    expect(followUps(halves).map(({ endpoints }) => endpoints.length)).toEqual([2, 1]);
    expect(halved(aBatch([]))).toEqual([]);
  });
});
