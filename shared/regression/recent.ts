/** The levels of a check in its last runs, and whether it is flapping. docs/adr/0020 */
import type { Level, Recent } from '../model/state.ts';
import type { Instant } from '../model/time.ts';

const SIGNS: Readonly<Record<Level, string>> = { ok: 'o', failing: 'f', blind: 'b' };

/** Changes of level in one window that make a check flapping: two outages and the time between them. */
const MANY_TURNS = 3;
const FEW_TROUBLES = 3;

/** Number of runs in the window: eight, or twice `settleAfter` if that is more. */
export const windowOf = (settleAfter: number): number => Math.max(8, 2 * settleAfter);

/**
 * Adds one run to `before`. Undefined if every remembered run was ok: a check that is always ok has nothing to remember, and costs no
 * write. Flapping begins with the third change of level in a window, and ends with a window in which the level never changed.
 */
export const remember = (
  before: Recent | undefined,
  level: Level,
  settleAfter: number,
  startedAt: Instant,
): Recent | undefined => {
  const window = windowOf(settleAfter);
  const levels = `${before?.levels ?? ''}${SIGNS[level]}`.slice(-window);
  const steady = turns(levels) === 0;
  if (steady && level === 'ok') return undefined;
  const calm = steady && levels.length === window;
  const flapping = !calm && (before?.flapping === true || turns(levels) >= MANY_TURNS);
  return {
    // Lasting trouble is announced after `settleAfter` runs: a longer history is not stored, which saves writes.
    levels: steady && !flapping ? levels.slice(-settleAfter) : levels,
    since: before?.since ?? startedAt,
    flapping,
  };
};

/** Whether trouble that never lasts for `settleAfter` runs is frequent enough to be announced. */
export const isFrequent = (recent: Recent | undefined, settleAfter: number): boolean => {
  const levels = recent?.levels ?? '';
  const troubles = troublesIn(levels);
  return (
    troubles >= windowOf(settleAfter) / 2 ||
    (turns(levels) >= MANY_TURNS && troubles >= Math.max(FEW_TROUBLES, settleAfter))
  );
};

const turns = (levels: string): number => levels.match(/(.)(?!\1|$)/g)?.length ?? 0;
const troublesIn = (levels: string): number => levels.replaceAll(SIGNS.ok, '').length;

/** A sentence for the message of a check that comes and goes. */
export const comesAndGoes = ({ levels }: Recent): string =>
  `It comes and goes: it was not right in ${troublesIn(levels)} of the last ${levels.length} runs.`;
/** A sentence for the message of its recovery. */
export const isCalm = (settleAfter: number): string =>
  `It came and went before, and has been right in the last ${windowOf(settleAfter)} runs.`;
