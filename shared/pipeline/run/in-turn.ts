/** Runs tasks in their order, as many at a time as there is room for, and begins none that may outlive the deadline. */
import type { Instant, Milliseconds } from '../../model/time.ts';
import type { Clock } from '../ports.ts';

export type Turn<T> = {
  readonly task: T;
  /** The room that the task takes while it runs. */
  readonly width: number;
  /** How long it may take. */
  readonly worst: Milliseconds;
};

export type Room = {
  readonly width: number;
  readonly clock: Clock;
  /** Null: every task is begun. */
  readonly deadline: (() => Instant) | null;
};

/**
 * Returns the results in the order of the tasks; null for a task that was not begun. Tasks that have room at the start are begun whatever their worst case is:
 * they will not have more time elsewhere. A task wider than the whole room runs alone. Rejects with the first error of `run`.
 */
export const inTurn = async <T, R>(
  turns: readonly Turn<T>[],
  run: (task: T) => Promise<R>,
  { width: room, clock, deadline }: Room,
): Promise<readonly (R | null)[]> => {
  const running = new Set<Promise<void>>();
  const results: Promise<R | null>[] = [];
  let [used, waited] = [0, false];
  for (const { task, width, worst } of turns) {
    while (used > 0 && used + width > room) {
      waited = true;
      await Promise.race(running);
    }
    if (waited && deadline !== null && clock() + worst > deadline()) {
      results.push(Promise.resolve(null));
      continue;
    }
    used += width;
    const result = run(task);
    const done: Promise<void> = result
      .then(
        () => undefined,
        () => undefined,
      )
      .finally(() => {
        used -= width;
        running.delete(done);
      });
    running.add(done);
    results.push(result);
  }
  return Promise.all(results);
};
