/** Functions that die at any call, and executions that are started twice: through the handlers themselves. */
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { hold, schedules } from '../../helpers/killed-laws.ts';
import { publications } from '../../helpers/killed-runs.ts';

// It collects garbage after each call.
vi.mock('../../../functions/process/keep-small.ts', () => ({ keepSmall: () => () => {} }));

test('whatever is killed and started twice: every opening and closing is told, in order, and again only under the same id', {
  timeout: 240_000,
}, async () => {
  let [killed, repeated] = [0, 0];
  const seen = async (...all: Parameters<typeof hold>) => {
    await hold(...all);
    const ids = publications().map(({ document }) => document.id);
    killed += publications().filter(({ by }) => by.dead).length;
    repeated += ids.length - new Set(ids).size;
  };
  await fc.assert(fc.asyncProperty(schedules, fc.scheduler(), seen), { numRuns: 200 });
  // Else the schedules would prove little.
  expect(killed).toBeGreaterThan(10);
  expect(repeated).toBeGreaterThan(0);
});

test('the same seed gives the same run', async () => {
  const once = async () => {
    const told: unknown[] = [];
    const note = async (...all: Parameters<typeof hold>) => {
      await hold(...all);
      told.push(publications().map(({ document }) => document.id));
    };
    await fc.assert(fc.asyncProperty(schedules, fc.scheduler(), note), { numRuns: 10, seed: 7 });
    return told;
  };
  expect(await once()).toEqual(await once());
});
