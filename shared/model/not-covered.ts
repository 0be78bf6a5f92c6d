/** What a run could not ask, and what to add. */
import { z } from 'zod';
import { SCENARIO_NAMES } from './names.ts';

export const notCoveredSchema = z.strictObject({
  endpoint: z.string(),
  scenario: z.enum(SCENARIO_NAMES),
  add: z.string(),
});
/** A scenario that cannot be tested at an endpoint, and `add`: the registry line that would make it testable. */
export type NotCovered = z.infer<typeof notCoveredSchema>;
