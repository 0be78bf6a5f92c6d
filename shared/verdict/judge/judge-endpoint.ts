/** Judges each check of one endpoint, then finds the causes that several of them share. */
import type { Check } from '../../model/check.ts';
import type { TlsVersion } from '../../model/names.ts';
import type { CheckResult, ServedChain } from '../../model/report.ts';
import { cureOf } from '../explain/codes.ts';
import { withCauses } from './find-cause.ts';
import { judgeAlone } from './judge-alone.ts';
import { judgeBypass } from './judge-bypass.ts';
import { judgeControl } from './judge-control.ts';
import { judgeForged } from './judge-forged.ts';
import { judgeRefusal } from './judge-refusal.ts';
import { judgeReturning } from './judge-returning.ts';
import { judgeRotation } from './judge-rotation.ts';
import { unfinished } from './judgements.ts';
import { platformOf } from './platform-of.ts';
import { judgeServed } from './served.ts';
import { distinct, type ProblemsOf, servedChains } from './served-chains.ts';
import type { Attempt, JudgeContext, Lane, Trial } from './trial.ts';
import { waiveAll } from './waive.ts';

export type EndpointTrials = {
  /** One per TLS version. */
  readonly lanes: readonly Lane[];
  /** Without TLS there is no version: they are judged beside a lane whose control was accepted. */
  readonly plaintext: readonly Trial[];
};

const inPlanOrder = (checks: readonly Check[], results: readonly CheckResult[]): readonly CheckResult[] => {
  const order = new Map(checks.map(({ id }, index) => [id, index]));
  return results.toSorted((one, other) => (order.get(one.id) ?? 0) - (order.get(other.id) ?? 0));
};

const judgeLane = (lane: Lane, context: JudgeContext, problemsOf: ProblemsOf): readonly CheckResult[] => [
  ...lane.controls.map((trial) => judgeControl(trial, context)),
  ...lane.others.map((trial) => judgeOther(trial, lane, context)),
  ...lane.derived.map((check) => judgeServed(check, lane, problemsOf, context)),
];

/** No check passes of which an attempt is missing. */
const judgeOther = (trial: Trial, lane: Lane, context: JudgeContext): CheckResult => {
  const result = judgeAttempts(trial, lane, context);
  if (trial.cut === undefined || result.verdict !== 'pass') return result;
  const { message, ...judgement } = unfinished(trial.cut, result.message.replace(/\.$/, ''));
  return { ...result, ...judgement, message, advice: cureOf(judgement.code) };
};

const judgeAttempts = (trial: Trial, lane: Lane, context: JudgeContext): CheckResult => {
  const { detour } = trial.check;
  switch (detour?.kind) {
    case 'bypass-address':
      return judgeBypass(trial, context);
    case 'rotation':
      return judgeRotation(trial, context);
    case 'missing-intermediate':
      return judgeAlone(trial, context);
    case 'resumed-identity':
      return judgeReturning(trial, lane, context);
    case 'forged-header':
      return judgeForged(trial, lane, context);
    case undefined:
    case 'sni-bypass':
    case 'resumption':
      return judgeRefusal(trial, lane, context);
    default:
      return detour satisfies never;
  }
};

/** The first lane whose control was accepted before and afterwards; else before; else the first. */
const laneOfPlaintext = (lanes: readonly Lane[]): Lane | undefined =>
  lanes.find(({ control, closingControl }) => control !== null && closingControl?.outcome.kind === 'accepted') ??
  lanes.find(({ control }) => control !== null) ??
  lanes[0];

const attemptsIn = (lanes: readonly Lane[]): readonly Attempt[] =>
  lanes.flatMap(({ controls, others }) => [...controls, ...others].flatMap(({ attempts }) => attempts));

const spokenIn = (lanes: readonly Lane[]): readonly TlsVersion[] =>
  [...new Set(attemptsIn(lanes).map(({ observation }) => observation.tls))].filter((version) => version !== null);

export const judgeEndpoint = (
  checks: readonly Check[],
  { lanes, plaintext }: EndpointTrials,
  given: JudgeContext,
  problemsOf: ProblemsOf,
): { results: readonly CheckResult[]; servedChains: readonly ServedChain[] } => {
  const context = { ...given, spoken: spokenIn(lanes), platform: platformOf(given.endpoint, attemptsIn(lanes)) };
  const beside = laneOfPlaintext(lanes);
  const plain = beside === undefined ? [] : plaintext.map((trial) => judgeOther(trial, beside, context));
  const judged = lanes.map((lane) => judgeLane(lane, context, problemsOf));
  const explained = judged.flatMap((results) => withCauses([...results, ...plain]).slice(0, results.length));
  const plainExplained = withCauses([...judged.flat(), ...plain]).slice(judged.flat().length);
  const results = inPlanOrder(checks, [...explained, ...plainExplained]);
  return {
    results: waiveAll(results, context.endpoint, context.now),
    servedChains: distinct(
      lanes.flatMap((lane) =>
        servedChains(lane, problemsOf, context.endpoint.name, context.now, context.acceptableCasOf),
      ),
    ),
  };
};
