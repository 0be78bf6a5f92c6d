/** Every first attempt of a sweep side by side, and the control of each lane among them: the second wave. */
import type { Check } from '../../model/check.ts';
import type { Attempt, Trial } from '../../verdict/judge/trial.ts';
import { isAccepted } from './attempts.ts';
import { askSilentAgain, repeatControl } from './controls.ts';
import { startTrial } from './first-attempts.ts';
import type { OpenLane, OpenTrial } from './types.ts';
import { type Course, type Watch, watch } from './watch.ts';

/** A trial that may need further attempts, and the watch over its connections. */
export type Started = { readonly trial: OpenTrial | Trial; readonly watch: Watch };

export type Crowd = {
  /** With the second attempts at controls that were met with silence. */
  readonly lanes: readonly OpenLane[];
  /** By lane. */
  readonly others: readonly (readonly Started[])[];
  readonly plaintext: readonly Started[];
  /** The same controls, among the first attempts of the others; null where none was accepted before. */
  readonly controlsAmong: readonly (Attempt | null)[];
};

type Beside = { readonly checks: readonly Check[]; readonly lane: OpenLane | undefined };

/** `plaintext`: its checks, and the lane that they are attempted beside. */
export const attemptCrowd = async (
  lanes: readonly OpenLane[],
  { checks, lane }: Beside,
  course: Course,
): Promise<Crowd> => {
  const [others, controlsAmong, plaintext, again] = await Promise.all([
    Promise.all(lanes.map((each) => startTrials(each.checks, each, course))),
    Promise.all(lanes.map((each) => repeatControl(each, course))),
    lane === undefined ? [] : startTrials(checks, lane, course),
    Promise.all(lanes.map((each) => askSilentAgain(each, course))),
  ]);
  return { lanes: again, others, plaintext, controlsAmong };
};

const startTrials = async (checks: readonly Check[], lane: OpenLane, course: Course): Promise<readonly Started[]> => {
  const started = await Promise.all(
    checks.map(async (check): Promise<Started | null> => {
      const own = watch(lane.prober, course, lane.quiet);
      const trial = await startTrial(check, { ...lane, prober: own.prober });
      if (trial !== null) return { trial, watch: own };
      // Nothing was found to present, since there was no time to look for it.
      return own.isCut() ? { trial: { check, attempts: [] }, watch: own } : null;
    }),
  );
  return started.filter((each) => each !== null);
};

/**
 * The same with those acceptances that were seen before any control was accepted: they fail whatever is seen later. `before` and `after` are trials
 * of the same checks.
 */
export const keepingAccepted = (before: readonly Started[], after: readonly Started[]): readonly Started[] =>
  after.map((started) => {
    const { check } = started.trial;
    const seen = before.find(({ trial }) => trial.check.id === check.id)?.trial.attempts ?? [];
    if (!seen.some(isAccepted)) return started;
    return { ...started, trial: { ...started.trial, attempts: [...seen, ...started.trial.attempts] } };
  });
