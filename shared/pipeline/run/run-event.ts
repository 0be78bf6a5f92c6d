/** The event that the state machine sends to plan and report: the execution, and its input or the output of the steps before. */

import type { Result } from '../../model/result.ts';
import type { RunIdentity } from '../../model/run.ts';
import { type RunRequest, runRequest } from '../../model/run.ts';

export type RunEvent = {
  /** `startedAt` is ISO 8601. `id` is the execution's name: the same for each attempt at a step. */
  readonly execution: { readonly id: string; readonly arn: string; readonly startedAt: string };
  readonly input: unknown;
  /** Whether the state machine maps follow-up batches. Absent from a state machine of an older version, which does not. */
  readonly carries?: boolean;
};

/** Whether this step may ask for another round: not where the map itself failed, since it would fail again. */
export const carriesOf = ({ carries, input }: RunEvent): boolean =>
  carries === true && (input as { readonly mapError?: unknown } | null)?.mapError === undefined;

/** Parses the request. Refuses an unknown field: with a misspelled one, the run would cover every suite and schedule. */
export const requestOf = (input: unknown): Result<RunRequest, string> => {
  const parsed = runRequest.strict().safeParse(input);
  if (parsed.success) return { ok: true, value: parsed.data };
  const [first = 'no object', ...rest] = parsed.error.issues.map(({ path, message }) => [...path, message].join(': '));
  return { ok: false, errors: [first, ...rest] };
};

export const runIdentity = ({ execution }: RunEvent, { suite, schedule }: RunRequest): RunIdentity => ({
  id: execution.id,
  startedAt: Date.parse(execution.startedAt),
  suite,
  schedule,
});
