/** A run as the state machine makes it, with the retries of `infra`: plan, the map over the batches, report, and follow-up rounds. */
import { PATIENT } from '../../infra/monitor-workflow.ts';
import { FINAL, ONCE_MORE } from '../../infra/probe-batch.ts';
import type { BatchRef, RunPlan } from '../../shared/model/run.ts';

/** The error of a function that was killed at its timeout. */
export const TIMED_OUT = 'Sandbox.Timedout';

/** `at`: when the function begins. `remaining`: of its own timeout, milliseconds. */
export type Invocation = {
  readonly name: 'plan' | 'probe' | 'report';
  readonly event: unknown;
  readonly at: number;
  readonly remaining: number;
};
export type Invoked =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: string; readonly message: string };

export type Machine = {
  readonly invoke: (invocation: Invocation) => Promise<Invoked>;
  readonly readItems: (key: string) => Promise<readonly BatchRef[]>;
  /** The map: runs `work` for each batch, at once or one after the other. */
  readonly each: <T>(refs: readonly BatchRef[], work: (ref: BatchRef) => Promise<T>) => Promise<readonly T[]>;
};

/** How the execution ended, by the names of `monitor-workflow.ts` and `last-word.ts`. `failed`: the functions that failed in every try. */
export type Ended = {
  readonly as: 'SUCCEEDED' | 'skipped' | 'PlanFailed' | 'NotificationsPending' | 'ReportFailed';
  readonly failed: readonly Invocation['name'][];
  /** Transitions that the report left for the next one. */
  readonly pending: number;
};

/** `probing`: the probe function's own timeout, milliseconds. `schedule`: null for a run that a person starts. */
export type RunInput = {
  readonly id: string;
  readonly startedAt: number;
  readonly schedule: string | null;
  readonly probing?: number;
};

/** Timeouts of the functions (`monitor-functions.ts`), milliseconds. */
const TIMEOUTS = { plan: 300_000, probe: 290_000, report: 900_000 } as const;
/** After the run's start, milliseconds. */
const [MAPPED, REPORTED] = [1000, 20_000];

const tries = ({ maxAttempts = 0 }: { readonly maxAttempts?: number }): number => 1 + maxAttempts;

const step = async (machine: Machine, first: Invocation, most: number): Promise<Invoked> => {
  const invoked = await machine.invoke(first);
  const { at, remaining } = first;
  const invocation = { ...first, at: !invoked.ok && invoked.error === TIMED_OUT ? at + remaining : at };
  const isFinal = !invoked.ok && invocation.name === 'probe' && FINAL.errors?.includes(invoked.error) === true;
  return invoked.ok || isFinal || most <= 1 ? invoked : step(machine, invocation, most - 1);
};

/** Returns whether no batch failed in both tries. */
const mapOver = async (machine: Machine, { startedAt, probing }: RunInput, items: string): Promise<boolean> => {
  const at = startedAt + MAPPED;
  const enteredAt = new Date(at).toISOString();
  const done = await machine.each(await machine.readItems(items), (ref) => {
    const event = { ...ref, enteredAt, carries: true };
    return step(machine, { name: 'probe', event, at, remaining: probing ?? TIMEOUTS.probe }, tries(ONCE_MORE));
  });
  return done.every(({ ok }) => ok);
};

const isSkipped = (planned: Invoked): boolean => planned.ok && 'skipped' in (planned.value as object);

const endOf = (failures: number) => (failures > 0 ? 'NotificationsPending' : 'SUCCEEDED');

type Reported = { readonly failures: number; readonly pending: number; readonly followUp?: object };

/** One run of the suite enforcement. */
export const runThrough = async (machine: Machine, run: RunInput): Promise<Ended> => {
  const { id, startedAt, schedule } = run;
  const arn = `arn:aws:states:us-east-1:000000000000:execution:Run:${id}`;
  const execution = { id, arn, startedAt: new Date(startedAt).toISOString() };
  const input = { suite: 'enforcement', schedule };
  const failed = new Set<Invocation['name']>();
  const call = (name: 'plan' | 'report', event: object, at: number) =>
    step(machine, { name, event, at, remaining: TIMEOUTS[name] }, tries(PATIENT));
  const planned = await call('plan', { execution, input }, startedAt);
  if (isSkipped(planned)) return { as: 'skipped', failed: [], pending: 0 };
  if (!planned.ok) failed.add('plan');
  let next: object = planned.ok ? (planned.value as RunPlan) : { ...input, planError: caught(planned) };
  for (;;) {
    if ('items' in next && !(await mapOver(machine, run, String(next.items)))) failed.add('probe');
    const reported = await call('report', { execution, input: next, carries: true }, startedAt + REPORTED);
    if (!reported.ok) return { as: 'ReportFailed', failed: [...failed, 'report'], pending: 0 };
    const { failures, pending, followUp } = reported.value as Reported;
    const ended = { failed: [...failed], pending };
    if (!planned.ok) return { as: 'PlanFailed', ...ended };
    if (followUp === undefined) return { as: endOf(failures), ...ended };
    next = { ...input, ...followUp };
  }
};

/** As Step Functions hands it to the report. */
const caught = ({ error, message }: { readonly error: string; readonly message: string }) => ({
  Error: error,
  Cause: JSON.stringify({ errorMessage: message }),
});
