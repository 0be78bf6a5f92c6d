/** The snapshot of a run: what the dashboard keeps of the last run of each schedule and suite. An object in the run bucket; no one else reads it. */
import { z } from 'zod';
import { ANSWERS, clientSchema } from './access.ts';
import { endingSchema } from './expiry.ts';
import { CAUSES, type Code, SCENARIO_NAMES, SEVERITIES, SUITE_REQUESTS, VERDICTS } from './names.ts';
import type { RunIdentity } from './run.ts';

export const SNAPSHOT_SCHEMA = 'mtls-monitor/snapshot/v1';

const reasonSchema = z.object({
  check: z.string(),
  scenario: z.enum(SCENARIO_NAMES),
  endpoint: z.string().nullable(),
  verdict: z.enum(VERDICTS),
  severity: z.enum(SEVERITIES),
  code: z.string() as unknown as z.ZodType<Code>,
  cause: z.enum(CAUSES).nullable(),
  message: z.string(),
  cure: z.string().nullable(),
  reproduce: z.string().nullable(),
  runbook: z.string().nullable(),
});
/** Why an endpoint, or an identity, is not as it must be: one for each cause. */
export type Reason = z.infer<typeof reasonSchema>;

export const snapshotSchema = z.object({
  schema: z.literal(SNAPSHOT_SCHEMA),
  run: z.object({
    id: z.string(),
    suite: z.enum(SUITE_REQUESTS),
    startedAt: z.iso.datetime(),
    complete: z.boolean(),
  }),
  /** Worst verdict by scenario. */
  rows: z.array(
    z.object({ endpoint: z.string(), verdicts: z.partialRecord(z.enum(SCENARIO_NAMES), z.enum(VERDICTS)) }),
  ),
  access: z.object({
    clients: z.array(clientSchema),
    rows: z.array(z.object({ endpoint: z.string(), route: z.string().nullable(), answers: z.array(z.enum(ANSWERS)) })),
  }),
  /** `serving`: how many endpoints serve it; `endpoints` names the first. */
  endings: z.array(endingSchema.extend({ serving: z.number() })),
  /** How many dates the run saw: the first are kept. */
  dates: z.number(),
  undated: z.number(),
  reasons: z.array(reasonSchema),
});
export type Snapshot = z.infer<typeof snapshotSchema>;
export type DashboardEnding = Snapshot['endings'][number];

export const SNAPSHOTS = 'runs/snapshots/';
/** Runs of one schedule and suite share a snapshot: the last one's. */
export const snapshotKey = ({ schedule, suite }: Pick<RunIdentity, 'schedule' | 'suite'>): string =>
  `${SNAPSHOTS}${schedule ?? 'all'}/${suite}.json.gz`;
