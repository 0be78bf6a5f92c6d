/** What the last sweeps took: written by the report of each run, read by the plan of the next. */
import { z } from 'zod';
import { DEFAULT_VANTAGE } from '../model/registry.ts';
import type { RunIdentity } from '../model/run.ts';
import type { Milliseconds } from '../model/time.ts';

const document = z.object({ durations: z.record(z.string(), z.number().nonnegative()) });

/** The record's key. Runs of one schedule and suite share a record, so that a long sweep of one suite says nothing about the others. */
export const durationsKey = ({ schedule, suite }: Pick<RunIdentity, 'schedule' | 'suite'>): string =>
  `durations/${schedule ?? 'all'}/${suite}.json`;

/** An endpoint's name in the record, from each vantage its own: names have no `@`. The default vantage is not named, as in records of older versions. */
export const durationName = (endpoint: string, vantage: string): string =>
  vantage === DEFAULT_VANTAGE ? endpoint : `${endpoint}@${vantage}`;

export const durationsDocument = (durations: ReadonlyMap<string, Milliseconds>): unknown => ({
  durations: Object.fromEntries(durations),
});

/** Returns the durations by `durationName`; null if the document is damaged. */
export const durationsIn = (stored: unknown): ReadonlyMap<string, Milliseconds> | null => {
  const parsed = document.safeParse(stored);
  return parsed.success ? new Map(Object.entries(parsed.data.durations)) : null;
};
