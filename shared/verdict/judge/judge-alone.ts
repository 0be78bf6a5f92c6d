/** missing-intermediate → information: where the relying party takes a client's intermediate from. Neither answer is a fault. */
import type { CheckResult } from '../../model/report.ts';
import { endingOf } from '../explain/words.ts';
import { notRun } from './judgements.ts';
import { checkResult } from './result.ts';
import type { JudgeContext, Trial } from './trial.ts';

export const judgeAlone = (trial: Trial, context: JudgeContext): CheckResult => {
  const { name } = context.endpoint;
  const [attempt] = trial.attempts;
  if (attempt === undefined) return checkResult(trial.check, notRun(trial), [], [], context);
  const { observation, outcome } = attempt;
  const what = `${observation.presented} without the rest of its chain with ${endingOf(observation)}`;
  const held = outcome.kind === 'accepted';
  const judgement = {
    verdict: 'pass',
    code: held ? 'INTERMEDIATE_HELD' : 'INTERMEDIATE_REQUIRED',
    severity: 'info',
    message: held
      ? `${name} served ${what}: it holds the intermediate itself, or fetches it.`
      : `${name} refused ${what}: it takes the intermediate from the client only.`,
  } as const;
  return checkResult(trial.check, judgement, trial.attempts, [], context);
};
