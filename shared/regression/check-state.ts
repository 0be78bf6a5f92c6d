/** One check, one result: what is remembered, and what has to be told. */
import { type NotificationKind, SEVERITIES } from '../model/names.ts';
import type { CheckState } from '../model/state.ts';
import type { Instant, Milliseconds } from '../model/time.ts';
import { impliedLevel, type Judged, kindOf, settlesAtOnce } from './level.ts';

export type Settings = {
  /** Runs in a row, at least 1. */
  readonly settleAfter: number;
  readonly remindAfter: Milliseconds;
};

export type Run = { readonly id: string; readonly startedAt: Instant };

export type Step = { readonly state: CheckState; readonly kind: Exclude<NotificationKind, 'change'> | null };

/** A run that is no later than the last one that was written says nothing new; nor does the same run again. */
export const isStale = (last: CheckState | null, run: Run): boolean =>
  last !== null && (run.startedAt <= last.lastRunStartedAt || run.id === last.lastRunId);

/**
 * The streak counts runs in a row with the same verdict. While the check is believed ok, every verdict that is not ok counts:
 * a host that is refused and unreachable in turns is announced after `settleAfter` runs, by what it was in the last of them.
 * From then on only `settleAfter` equal verdicts turn `blind` into `failing` or back, so that it is not announced in each run.
 */
export const step = (last: CheckState | null, result: Judged, run: Run, settings: Settings, now: Instant): Step => {
  const announced = last?.announced ?? null;
  const goesOn = last !== null && continues(last, result);
  const streak = goesOn ? Math.min(last.streak + 1, settings.settleAfter) : 1;
  const settled = settlesAtOnce(result) || streak >= settings.settleAfter;
  const kind = news(announced, result, settled, now, settings.remindAfter);
  const recoded = kind !== null && kind !== 'reminder' && announced !== null && announced.code !== result.code;
  return {
    kind,
    state: {
      baseline: result.verdict === 'inconclusive' ? (last?.baseline ?? null) : result.verdict,
      candidate: result.verdict,
      streak,
      since: goesOn && !(recoded && announced.level === impliedLevel(result)) ? last.since : run.startedAt,
      lastRunId: run.id,
      lastRunStartedAt: run.startedAt,
      announced: believedNow(announced, result, kind, now),
    },
  };
};

const continues = ({ candidate, announced }: CheckState, { verdict }: Judged): boolean =>
  candidate === verdict || ((announced?.level ?? 'ok') === 'ok' && isTrouble(candidate) && isTrouble(verdict));

const isTrouble = (verdict: CheckState['candidate']): boolean => verdict === 'fail' || verdict === 'inconclusive';

const news = (
  announced: CheckState['announced'],
  result: Judged,
  settled: boolean,
  now: Instant,
  remindAfter: Milliseconds,
): Step['kind'] => {
  const level = impliedLevel(result);
  if (result.verdict === 'waived') return null;
  if (level !== (announced?.level ?? 'ok')) return settled ? kindOf(level, result.code) : null;
  if (level === 'ok' || announced === null) return null;
  const worse = SEVERITIES.indexOf(result.severity) > SEVERITIES.indexOf(announced.severity);
  if (level === 'failing' && settled && (worse || result.code !== announced.code)) return kindOf(level, result.code);
  return now - announced.at >= remindAfter ? 'reminder' : null;
};

/** A waived check is believed ok without a word, so that its fail is news once the waiver is over. */
const believedNow = (
  announced: CheckState['announced'],
  result: Judged,
  kind: Step['kind'],
  now: Instant,
): CheckState['announced'] => {
  if (result.verdict === 'waived') return null;
  if (kind === null) return announced;
  if (kind === 'reminder' && announced !== null) return { ...announced, at: now };
  return { level: impliedLevel(result), kind, code: result.code, severity: result.severity, at: now };
};
