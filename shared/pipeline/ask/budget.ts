/** The time that one sweep may take, from its first connection to its last. docs/adr/0036 */
import type { Instant, Milliseconds } from '../../model/time.ts';
import { LEFT_AFTER, type Phase } from '../../plan/worst-case.ts';
import type { Clock } from '../ports.ts';
import { lostTime, watchTime } from './attention.ts';

export type Budget = {
  /** Among all sweeps: the lower began first. */
  readonly order: number;
  /** The clock runs from the first call on. */
  readonly begin: () => void;
  /** When the last connection of a phase must have ended. Infinite until the first has begun. */
  readonly endOf: (phase: Phase) => Instant;
  /** Whether a connection of this phase that begins after `pause` also ends in time. */
  readonly hasTime: (phase: Phase, pause?: Milliseconds) => boolean;
  /** To be called once the sweep is over. */
  readonly end: () => void;
};

let sweeps = 0;

/** `total`: of all phases, without the time in which this process was held up: a busy machine is no slow server. */
export const budgetOf = (total: Milliseconds, timeout: Milliseconds, clock: Clock): Budget => {
  sweeps += 1;
  let began: { readonly at: Instant; readonly lost: Milliseconds; readonly end: () => void } | null = null;
  const endOf: Budget['endOf'] = (phase) =>
    began === null
      ? Number.POSITIVE_INFINITY
      : began.at + (lostTime() - began.lost) + total - LEFT_AFTER[phase] * timeout;
  return {
    order: sweeps,
    begin: () => {
      began ??= { at: clock(), lost: lostTime(), end: watchTime(clock) };
    },
    endOf,
    hasTime: (phase, pause = 0) => clock() + pause + timeout <= endOf(phase),
    end: () => began?.end(),
  };
};

/** For a sweep that nothing bounds. */
export const UNBOUNDED: Budget = {
  order: 0,
  begin: () => {},
  endOf: () => Number.POSITIVE_INFINITY,
  hasTime: () => true,
  end: () => {},
};
