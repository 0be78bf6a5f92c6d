/** What of a batch its results speak of. */
import type { Batch, BatchResult } from '../../model/run.ts';

/** The batch without the endpoints that a follow-up batch sweeps: its results say nothing about them, which must not read as "nothing is wrong". */
export const sweptOf = (batch: Batch, { rest = [] }: Pick<BatchResult, 'rest'>): Batch => {
  const carried = new Set(rest);
  return carried.size === 0 ? batch : { ...batch, endpoints: batch.endpoints.filter(({ name }) => !carried.has(name)) };
};
