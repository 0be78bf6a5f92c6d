/** The laws of `test/unit/functions/killed.laws.test.ts`, for many more schedules. */
import fc from 'fast-check';
import { test, vi } from 'vitest';
import { hold, schedules } from '../helpers/killed-laws.ts';

// It collects garbage after each call.
vi.mock('../../functions/process/keep-small.ts', () => ({ keepSmall: () => () => {} }));

test('whatever is killed and started twice: nothing is lost', async () => {
  await fc.assert(fc.asyncProperty(schedules, fc.scheduler(), hold), { numRuns: 1000 });
});
