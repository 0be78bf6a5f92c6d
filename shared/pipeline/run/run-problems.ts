/** Why a run is incomplete, as sentences. */
import type { Batch, BatchResult } from '../../model/run.ts';

const NAMED = 5;
const MAX_TEXT = 500;

const namesOf = (names: readonly string[]): string => {
  const some = [...new Set(names)];
  const rest = some.length - NAMED;
  return `${some.slice(0, NAMED).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
};

/** `planned` is null where even the batch cannot be read. */
export const noResult = (batch: number, planned: Batch | null): string =>
  `Batch ${batch} left no result${plannedNames(planned)}.`;

const plannedNames = (planned: Batch | null): string => {
  const names = [...(planned?.endpoints.map(({ name }) => name) ?? []), ...(planned?.health ?? [])];
  return names.length === 0 ? '' : `: ${namesOf(names)}`;
};

/** What was seen is in its result. `planned` is null where even the batch cannot be read. */
export const stateNotWritten = (batch: number, planned: Batch | null): string =>
  `What batch ${batch} saw is stored, but its state could not be written, and so nothing of it is announced${plannedNames(planned)}.`;

export const outOfTime = (batch: number, { checks }: BatchResult): string => {
  const late = checks.filter(({ code }) => code === 'NOT_RUN');
  return `Batch ${batch} had no time for ${late.length} checks: ${namesOf(late.map(({ endpoint, id }) => endpoint ?? id))}.`;
};

/** What Step Functions caught of plan and map. */
export const stepProblems = (input: unknown): readonly string[] => {
  const { planError, mapError } = (input ?? {}) as Readonly<Record<string, unknown>>;
  return [
    ...(planError === undefined ? [] : [`The run could not be planned: ${causeOf(planError)}.`]),
    ...(mapError === undefined ? [] : [`The map over the batches failed: ${causeOf(mapError)}.`]),
  ];
};

/** A Lambda's error comes as JSON in `Cause`; only its message is told. */
const causeOf = (caught: unknown): string => {
  const { Error: name = 'unknown error', Cause: cause = '' } = (caught ?? {}) as Readonly<Record<string, string>>;
  const message = messageIn(cause) ?? cause;
  return `${name}${message === '' ? '' : ` (${message.slice(0, MAX_TEXT)})`}`;
};

const messageIn = (json: string): string | null => {
  try {
    const { errorMessage } = JSON.parse(json) as { readonly errorMessage?: unknown };
    return typeof errorMessage === 'string' ? errorMessage : null;
  } catch {
    return null;
  }
};
