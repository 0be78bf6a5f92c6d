/** One check and one result → the check's new state, and the kind of notification that is due. */
import { type NotificationKind, SEVERITIES } from '../model/names.ts';
import type { CheckState, Recent } from '../model/state.ts';
import { type Instant, instantOf, type Milliseconds } from '../model/time.ts';
import { aboutOf } from './about.ts';
import { isNextStep } from './expiry-ladder.ts';
import { type ItemResult, impliedLevel, kindOf, settlesAtOnce } from './level.ts';
import { comesAndGoes, isCalm, isFrequent, remember } from './recent.ts';

export type Settings = {
  /** Runs in a row, at least 1. */
  readonly settleAfter: number;
  readonly remindAfter: Milliseconds;
};

export type Run = { readonly id: string; readonly startedAt: Instant };

export type Step = {
  readonly state: CheckState;
  readonly kind: Exclude<NotificationKind, 'change'> | null;
  /** A sentence about the last runs, for the message; null if there is none to add. */
  readonly note: string | null;
};

/** Whether a run started no later than the last written run, or is that run. */
export const isStale = (last: CheckState | null, run: Run): boolean =>
  last !== null && (run.startedAt <= last.lastRunStartedAt || run.id === last.lastRunId);

/**
 * The streak is the number of runs in a row with the same verdict. While the check is believed ok, `fail` and `inconclusive` continue one
 * streak: an endpoint that fails and is unreachable in turns is announced after `settleAfter` runs, with the result of the last of them.
 * Once it is announced, only `settleAfter` equal verdicts change `blind` to `failing` or back, so that it is not announced in each run.
 * A check that comes and goes is announced once its trouble is frequent, and its recovery after a whole window without trouble (`recent.ts`).
 */
export const step = (last: CheckState | null, result: ItemResult, run: Run, settings: Settings, now: Instant): Step => {
  const announced = last?.announced ?? null;
  const goesOn = last !== null && continues(last, result);
  const streak = goesOn ? Math.min(last.streak + 1, settings.settleAfter) : 1;
  const recent = recentOf(last, result, run, settings);
  const past = { lasts: streak >= settings.settleAfter, recent };
  const kind = result.verdict === 'waived' ? ended(announced) : news(announced, result, past, settings, now);
  const recoded = kind !== null && kind !== 'reminder' && announced !== null && announced.code !== result.code;
  const flaps = kind === 'flapping' && recent !== undefined ? { ...recent, flapping: true } : recent;
  return {
    kind,
    note: kind === null ? null : noteOf(kind, last?.recent, flaps, settings),
    state: {
      baseline: result.verdict === 'inconclusive' ? (last?.baseline ?? null) : result.verdict,
      candidate: result.verdict,
      streak,
      since: goesOn && !(recoded && announced.level === impliedLevel(result)) ? last.since : run.startedAt,
      lastRunId: run.id,
      lastRunStartedAt: run.startedAt,
      announced: believedNow(announced, result, kind, now),
      ...(flaps !== undefined && { recent: flaps }),
    },
  };
};

/** Undefined for a run's own outcome, which never flaps, and for a waived check, whose past is forgotten. */
const recentOf = (
  last: CheckState | null,
  result: ItemResult,
  run: Run,
  { settleAfter }: Settings,
): Recent | undefined =>
  result.scenario === null || result.verdict === 'waived'
    ? undefined
    : remember(last?.recent, impliedLevel(result), settleAfter, run.startedAt);

const noteOf = (
  kind: NotificationKind,
  before: Recent | undefined,
  recent: Recent | undefined,
  { settleAfter }: Settings,
): string | null => {
  if (kind === 'recovery') return before?.flapping === true ? isCalm(settleAfter) : null;
  return recent?.flapping === true ? comesAndGoes(recent) : null;
};

const continues = ({ candidate, announced }: CheckState, { verdict }: ItemResult): boolean =>
  candidate === verdict || ((announced?.level ?? 'ok') === 'ok' && isTrouble(candidate) && isTrouble(verdict));

export const isTrouble = (verdict: CheckState['candidate']): boolean =>
  verdict === 'fail' || verdict === 'inconclusive';

/** A waiver ends what was announced. */
const ended = (announced: CheckState['announced']): 'closing' | null =>
  announced === null || announced.level === 'ok' ? null : 'closing';

type Past = { readonly lasts: boolean; readonly recent: Recent | undefined };

const news = (
  announced: CheckState['announced'],
  result: ItemResult,
  past: Past,
  { settleAfter, remindAfter }: Settings,
  now: Instant,
): Step['kind'] => {
  const level = impliedLevel(result);
  if (announced === null || announced.level === 'ok') return level === 'ok' ? null : opening(result, past, settleAfter);
  const reminder = level === 'ok' ? null : again(announced, result, remindAfter, now);
  const settled = past.lasts || settlesAtOnce(result);
  if (level === announced.level)
    return settled && isOtherFault(announced, result) ? kindOf(level, result.code) : reminder;
  // While the check is flapping, only `failing` is announced.
  if (past.recent?.flapping === true && level !== 'failing') return reminder;
  return settled ? kindOf(level, result.code) : null;
};

type Announced = NonNullable<CheckState['announced']>;

/** What ends soon is told at each step of its ladder; everything else after `remindAfter`. */
const again = (
  announced: Announced,
  { code, ends }: ItemResult,
  remindAfter: Milliseconds,
  now: Instant,
): Step['kind'] => {
  if (code.endsWith('_EXPIRES_SOON') && code === announced.code && ends !== undefined)
    return isNextStep(instantOf(ends.at), announced.at, now) ? 'expiry' : null;
  return now - announced.at >= remindAfter ? 'reminder' : null;
};

/** Whether a failing check has another code than the announced one, or a higher severity, or a blind area is twice as large as the announced one. */
const isOtherFault = (announced: Announced, { code, severity, extent = 0 }: ItemResult): boolean =>
  announced.level === 'failing'
    ? code !== announced.code || SEVERITIES.indexOf(severity) > SEVERITIES.indexOf(announced.severity)
    : extent >= 2 * (announced.extent ?? Number.POSITIVE_INFINITY) && extent > 0;

/** The kind of notification for trouble of a check that is believed ok; null while the trouble has not settled. */
const opening = (result: ItemResult, { lasts, recent }: Past, settleAfter: number): Step['kind'] => {
  if (settlesAtOnce(result)) return kindOf(impliedLevel(result), result.code);
  if (lasts) return recent?.flapping === true ? 'flapping' : kindOf(impliedLevel(result), result.code);
  return isFrequent(recent, settleAfter) ? 'flapping' : null;
};

/** A waived check is believed ok without an announcement, so that its failure is announced once the waiver is over. */
const believedNow = (
  announced: CheckState['announced'],
  result: ItemResult,
  kind: Step['kind'],
  now: Instant,
): CheckState['announced'] => {
  if (result.verdict === 'waived') return null;
  if (kind === null) return announced;
  if (kind === 'reminder' && announced !== null) return { about: aboutOf(result), ...announced, at: now };
  const { code, severity, extent } = result;
  return {
    ...{ level: impliedLevel(result), kind, code, severity, at: now, about: aboutOf(result) },
    ...(extent !== undefined && { extent }),
  };
};
