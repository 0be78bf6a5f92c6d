/** When people are told again of what ends soon. */
import { DAY, type Instant, type Milliseconds } from '../model/time.ts';

/** Before the end. */
const STEPS: readonly Milliseconds[] = [30 * DAY, 14 * DAY, 7 * DAY, 3 * DAY, DAY];

/** A step that follows the last telling so soon is left out. */
const SOON: Milliseconds = DAY / 2;

/** Whether a step lies between the last telling and now. What lives for less than its first steps is told when it gets worse, and when it has ended. */
export const isNextStep = (end: Instant, toldAt: Instant, now: Instant): boolean =>
  STEPS.some((before) => toldAt + SOON < end - before && end - before < now);
