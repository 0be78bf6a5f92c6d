/** The prober of one check within a sweep: it keeps the sweep's budget, shares silence, and notes what there was no time for. */
import type { Milliseconds } from '../../model/time.ts';
import type { Phase } from '../../plan/worst-case.ts';
import { LISTEN_FIRST } from '../../probe/conversation.ts';
import type { Cut, Trial } from '../../verdict/judge/trial.ts';
import type { Budget } from './budget.ts';
import type { Silence } from './silence.ts';
import type { AttemptOptions, Prober, Turn } from './types.ts';

/** What the checks of a sweep share. */
export type Course = {
  readonly budget: Budget;
  /** The phase that the sweep is in: it changes. */
  readonly now: { phase: Phase };
  readonly silence: Silence;
  /** Whether every control was met with silence: the other checks then wait in silence side by side. */
  readonly isSilent: boolean;
};

export type Watch = {
  readonly prober: Prober;
  /** The trial, with the reason if an attempt at it could not be made. */
  readonly marked: (trial: Trial) => Trial;
  /** Whether an attempt could not be made. */
  readonly isCut: () => boolean;
  /** Called once a connection of this check waits in silence beside others. It may be replaced. Default: nothing. */
  handOver: () => void;
};

/** An attempt that listens first, or watches for longer, is silent for longer by itself. */
const quietIn = ({ listenFirst = false, patience = 1 }: AttemptOptions, quiet: Milliseconds): Milliseconds =>
  quiet * patience + (listenFirst ? LISTEN_FIRST : 0);

/** `quiet`: milliseconds after which a connection counts as waiting in silence. `kind`: default that of the course. */
export const watch = (prober: Prober, course: Course, quiet: Milliseconds, kind?: Turn['kind']): Watch => {
  const { budget, now, silence, isSilent } = course;
  let cut: Cut | undefined;
  const yielding = (yields: () => void) => () => {
    yields();
    own.handOver();
  };
  const late = () => {
    cut ??= 'sweep';
  };
  const turn: Omit<Turn, 'quiet'> = {
    late,
    order: budget.order,
    begin: budget.begin,
    until: () => budget.endOf(now.phase),
    kind: kind ?? (isSilent ? 'silent' : 'usual'),
    met: (yields) => silence.met(yielding(yields)),
  };
  const attempt: Prober['attempt'] = async (check, options = {}) => {
    if (check.presented === null) return null;
    const { pause = 0, standing } = options;
    const inTurn = { ...turn, quiet: quietIn(options, quiet) };
    // What still stands takes no time.
    const hasTime = standing !== undefined || budget.hasTime(now.phase, pause);
    if (!hasTime) late();
    const made = hasTime ? await prober.attempt(check, { ...options, turn: inTurn }) : null;
    if (made === null) cut ??= 'run';
    return made;
  };
  /** Null and false are answers too: only the sweep's own budget is known to be the reason. */
  const within = async <T>(otherwise: T, make: () => Promise<T>): Promise<T> => {
    if (budget.hasTime(now.phase)) return make();
    cut ??= 'sweep';
    return otherwise;
  };
  const own: Watch = {
    prober: {
      ...prober,
      isSilent,
      attempt,
      earn: (...asked) => within(null, () => prober.earn(...asked)),
      isHere: (sibling) => within(false, () => prober.isHere(sibling)),
    },
    marked: (trial) => (cut === undefined ? trial : { ...trial, cut }),
    isCut: () => cut !== undefined,
    handOver: () => {},
  };
  return own;
};
