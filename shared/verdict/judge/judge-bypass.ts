/** bypass-address → verdict: another address must refuse the client, or serve nothing. No control is attempted there. */
import { cureText } from '../../model/cure.ts';
import { acceptedCode } from '../../model/names.ts';
import type { CheckResult } from '../../model/report.ts';
import { scenarioNamed } from '../../scenario/catalogue.ts';
import { endingOf } from '../explain/words.ts';
import { mayRefuseLater, onlyGreeted } from './greeted-only.ts';
import { notRun, unsure } from './judgements.ts';
import { guessOf } from './only-stayed-open.ts';
import { checkResult, type Judgement } from './result.ts';
import type { Attempt, JudgeContext, Trial } from './trial.ts';

export const judgeBypass = (trial: Trial, context: JudgeContext): CheckResult =>
  checkResult(trial.check, judgement(trial, context), trial.attempts, [], context);

const judgement = (trial: Trial, { endpoint }: JudgeContext): Judgement => {
  const { attempts, check } = trial;
  const last = attempts.at(-1);
  if (last === undefined) return notRun(trial);
  const open = attempts.find(({ outcome }) => outcome.kind === 'accepted');
  if (open !== undefined && mayRefuseLater(open, endpoint, null))
    return onlyGreeted(
      `${check.subject}, asked without a certificate ${named(open)}, answered ${endingOf(open.observation)}`,
    );
  if (open !== undefined) return wayIn(open, trial, endpoint.name, guessOf(open, endpoint));
  const refused = attempts.flatMap((attempt) => leftOut(attempt) ?? [])[0];
  if (refused !== undefined)
    return unsure(
      'ADDRESS_REFUSED',
      `${check.subject} was not probed at all of its addresses: ${refused}. Whether it refuses clients there is unknown.`,
    );
  const unclear = attempts.find((attempt) => !isClosed(attempt));
  if (unclear !== undefined) {
    const { outcome } = unclear;
    const decide =
      outcome.kind === 'indeterminate' && outcome.decide !== null
        ? `Decide it in the registry: ${outcome.decide}.`
        : null;
    const message = `${check.subject}, asked without a certificate ${named(unclear)}, ended in ${endingOf(unclear.observation)}: that does not show whether it serves what ${endpoint.name} protects.`;
    return unsure('AMBIGUOUS_ANSWER', decide === null ? message : `${message} ${decide}`, decide);
  }
  return {
    verdict: 'pass',
    code: 'BYPASS_CLOSED',
    severity: 'none',
    message: `${check.subject} gives a client without a certificate no access: ${[...new Set(attempts.map(({ observation }) => endingOf(observation)))].join('; ')}.`,
  };
};

const isSameWay = (one: Attempt, other: Attempt): boolean =>
  one.observation.sni === other.observation.sni && one.observation.address === other.observation.address;

const wayIn = (open: Attempt, { check, attempts }: Trial, name: string, guess: string | null): Judgement => {
  const { acceptance } = scenarioNamed(check.scenario);
  const same = attempts.filter((attempt) => isSameWay(attempt, open));
  const accepted = same.filter(({ outcome }) => outcome.kind === 'accepted').length;
  const share = accepted === same.length ? '' : ` in ${accepted} of ${same.length} connections`;
  const isCertain = guess === null && (share === '' || accepted > 1);
  return {
    verdict: 'fail',
    code: acceptedCode(check.scenario),
    severity: isCertain ? 'critical' : 'warning',
    message: `${check.subject} gave what ${name} gives to its control (${endingOf(open.observation)}), ${named(open)}, to a client without a certificate${share}. ${[acceptance?.meaning ?? '', guess ?? ''].join(' ').trim()}`,
    advice: acceptance === null ? null : cureText(acceptance.cure, null, check.scenario),
  };
};

/** Why an address was not probed; null where all were. An address that was not probed does not pass. */
const leftOut = ({ observation: { ended, leftOut: other } }: Attempt): string | null =>
  ended.kind === 'address-refused' ? ended.reason : (other ?? null);

const named = ({ observation: { sni } }: Attempt): string => `under the name ${sni ?? 'of its address'}`;

/** Whether the client got nothing there: a refusal, no server, silence or 404. */
const isClosed = ({ outcome, observation: { ended } }: Attempt): boolean => {
  if (outcome.kind === 'rejected') return true;
  if (outcome.kind === 'accepted' || 'status' in ended) return false;
  return ['unreachable', 'timed-out', 'closed', 'alerted', 'not-tls'].includes(ended.kind);
};
