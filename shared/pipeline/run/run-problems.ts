/** The reasons why a run is incomplete, as sentences. */
import { DEFAULT_VANTAGE } from '../../model/registry.ts';
import type { Batch, BatchResult } from '../../model/run.ts';

const NAMED = 5;
const MAX_TEXT = 500;

const namesOf = (names: readonly string[]): string => {
  const distinct = [...new Set(names)];
  const more = distinct.length - NAMED;
  return `${distinct.slice(0, NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};

/** `planned` is null if the batch cannot be read either. */
export const noResult = (batch: number, planned: Batch | null): string =>
  `Batch ${batch} left no result${plannedNames(planned)}.`;

const plannedNames = (planned: Batch | null): string => {
  const names = [...(planned?.endpoints.map(({ name }) => name) ?? []), ...(planned?.health ?? [])];
  const vantage = planned?.vantage ?? DEFAULT_VANTAGE;
  const from = vantage === DEFAULT_VANTAGE ? '' : `, from vantage ${vantage}`;
  return names.length === 0 ? '' : `${from}: ${namesOf(names)}`;
};

/** For a batch with a result that could not be written to the state. `planned` is null if the batch cannot be read either. */
export const stateNotWritten = (batch: number, planned: Batch | null): string =>
  `The results of batch ${batch} are stored, but its state could not be written, so none of them is announced${plannedNames(planned)}.`;

export const outOfTime = (batch: number, { checks }: BatchResult): string => {
  const late = checks.filter(({ code }) => code === 'NOT_RUN');
  return `Batch ${batch} had no time for ${late.length} checks: ${namesOf(late.map(({ endpoint, id }) => endpoint ?? id))}.`;
};

/** For endpoints that no follow-up batch could take. */
export const notReached = (batch: number, names: readonly string[]): string =>
  `Batch ${batch} had no time for ${names.length} endpoints: ${namesOf(names)}.`;

/** Sentences for the errors of plan and map that Step Functions caught. */
export const stepProblems = (input: unknown): readonly string[] => {
  const { planError, mapError } = (input ?? {}) as Readonly<Record<string, unknown>>;
  return [
    ...(planError === undefined ? [] : [`The run could not be planned: ${causeOf(planError)}.`]),
    ...(mapError === undefined ? [] : [`The map over the batches failed: ${causeOf(mapError)}.`]),
  ];
};

/** A Lambda's error is JSON in `Cause`; only its message is shown. */
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
