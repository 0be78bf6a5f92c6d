/** What is open: people were told of it, and were not told that it is right again. */
import type { CheckState, StateItem } from './state.ts';

export type Announced = NonNullable<CheckState['announced']>;

/** What was announced of a check that is not right; null if nothing is open. */
export const openIn = ({ announced }: CheckState): Announced | null =>
  announced === null || announced.level === 'ok' ? null : announced;

/** Whether a check of this item is open. */
export const isOpen = ({ checks }: Pick<StateItem, 'checks'>): boolean =>
  Object.values(checks).some((state) => openIn(state) !== null);
