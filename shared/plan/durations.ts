/** What the last sweeps took: written by the report of each run, read by the plan of the next. */
import { z } from 'zod';
import type { RunIdentity } from '../model/run.ts';
import type { Milliseconds } from '../model/time.ts';

const document = z.object({ durations: z.record(z.string(), z.number().nonnegative()) });

/** The record's key. Runs of one schedule and suite share a record, so that a long sweep of one suite says nothing about the others. */
export const durationsKey = ({ schedule, suite }: Pick<RunIdentity, 'schedule' | 'suite'>): string =>
  `durations/${schedule ?? 'all'}/${suite}.json`;

export const durationsDocument = (durations: ReadonlyMap<string, Milliseconds>): unknown => ({
  durations: Object.fromEntries(durations),
});

/** Returns the durations by endpoint; null if the document is damaged. */
export const durationsIn = (stored: unknown): ReadonlyMap<string, Milliseconds> | null => {
  const parsed = document.safeParse(stored);
  return parsed.success ? new Map(Object.entries(parsed.data.durations)) : null;
};
