/** The laws of `test/unit/functions/killed.laws.test.ts`, for many more schedules. */
import fc from 'fast-check';
import { test } from 'vitest';
import { hold, schedules } from '../helpers/killed-laws.ts';

test('whatever is killed and started twice: nothing is lost', async () => {
  await fc.assert(fc.asyncProperty(schedules, fc.scheduler(), hold), { numRuns: 5000 });
});
