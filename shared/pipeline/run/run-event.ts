/** What the state machine tells plan and report: its own identity, and the input or what has become of it. */

import type { Result } from '../../model/result.ts';
import type { RunIdentity } from '../../model/run.ts';
import { type RunRequest, runRequest } from '../../model/run.ts';

export type RunEvent = {
  /** `startedAt` is ISO 8601. The id is the execution's name: the same however often a step is tried. */
  readonly execution: { readonly id: string; readonly arn: string; readonly startedAt: string };
  readonly input: unknown;
};

/** A misspelled field is refused: it would run everything instead. */
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
