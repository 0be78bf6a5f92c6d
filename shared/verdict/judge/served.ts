/** served-certificate → verdict: judged by every handshake of a lane, accepted or not. */

import type { Check } from '../../model/check.ts';
import { inert } from '../../model/inert.ts';
import type { Code } from '../../model/names.ts';
import type { Ended } from '../../model/probe.ts';
import type { CheckResult } from '../../model/report.ts';
import { explain } from '../explain/codes.ts';
import { endingOf } from '../explain/words.ts';
import { unsure } from './judgements.ts';
import { neverJudged, speaksOtherVersion } from './never-judged.ts';
import { checkResult, endsOf, type Judgement } from './result.ts';
import { attemptsOf, distinctChains, type ProblemsOf, type RankedProblem, staplesOf } from './served-chains.ts';
import type { Attempt, JudgeContext, Lane } from './trial.ts';

const WORST_FIRST: readonly Code[] = [
  'SERVED_CHAIN_UNTRUSTED',
  'SERVED_CHAIN_SELF_SIGNED',
  'SERVED_CERTIFICATE_REVOKED',
  'SERVED_CHAIN_VIOLATES_CONSTRAINTS',
  'SERVED_CHAIN_CRITICAL_EXTENSION',
  'SERVED_CHAIN_MALFORMED',
  'SERVED_CHAIN_EXPIRED',
  'TRUST_BUNDLE_EXPIRED',
  'SERVED_NAME_MISMATCH',
  'SERVED_IDENTITY_MISMATCH',
  'SERVED_CHAIN_REFUSED',
  'SERVED_CHAIN_INCOMPLETE',
  'SERVED_CHAIN_NOT_YET_VALID',
  'SERVED_CHAIN_WRONG_USAGE',
  'SERVED_CHAIN_EXPIRES_SOON',
  'OCSP_STAPLE_EXPIRED',
  'OCSP_STAPLE_INVALID',
  'OCSP_STAPLE_MISSING',
  'CRL_EXPIRED',
  'TRUST_BUNDLE_EXPIRES_SOON',
  'CRL_EXPIRES_SOON',
  'OCSP_STAPLE_EXPIRES_SOON',
  'SERVED_ALGORITHM_UNSUPPORTED',
  'SERVED_KEY_WEAK',
  'SERVED_SIGNATURE_WEAK',
  'TRUST_BUNDLE_HOLDS_LEAF',
  'TRUST_BUNDLE_DAMAGED',
  'CRL_UNUSABLE',
  'OCSP_STAPLE_UNJUDGED',
  'SERVED_CHAIN_UNCONFIRMED',
  'SERVED_CHAIN_HOLDS_REVOKED',
  'SERVED_CHAIN_UNCOMMON',
  'SERVED_CHAIN_OUT_OF_ORDER',
];
const rank = ({ code, severity }: RankedProblem): number =>
  (severity === 'critical' ? 0 : 100) + WORST_FIRST.indexOf(code);

/** A problem that several chains share (a CA that expires soon) is listed once. The most severe problem comes first. */
const problemsFirst = (all: readonly RankedProblem[]): readonly RankedProblem[] =>
  [...new Map(all.map((problem) => [`${problem.code} ${problem.message}`, problem])).values()].toSorted(
    (one, other) => rank(one) - rank(other),
  );

export const judgeServed = (check: Check, lane: Lane, problemsOf: ProblemsOf, context: JudgeContext): CheckResult => {
  const chains = distinctChains(lane);
  const first = attemptsOf(lane)[0];
  const shown = chains.flatMap((observation) =>
    attemptsOf(lane)
      .filter((attempt) => attempt.observation === observation)
      .slice(0, 1),
  );
  const result = (judgement: Judgement) =>
    checkResult(check, judgement, shown.length > 0 ? shown : first === undefined ? [] : [first], [], context);
  if (chains.length === 0) return result(nothingServed(check, first, context));
  const all = chains.map(({ servedChain }) => problemsOf(servedChain, staplesOf(lane, servedChain)));
  const unusable = all.find((problems) => 'unusable' in problems);
  if (unusable !== undefined && 'unusable' in unusable)
    return result(
      unsure(
        unusable.unusable.code,
        `The served chain of ${context.endpoint.name} cannot be judged: ${unusable.unusable.message}.`,
        unusable.unusable.code === 'TRUST_BUNDLE_NOT_READ'
          ? null
          : `Put the CA certificates, PEM, where trustBundles.${context.endpoint.trustBundle} of the registry leads.`,
      ),
    );
  return result(
    judgement(context.endpoint.name, problemsFirst(all.flatMap((each) => ('unusable' in each ? [] : each)))),
  );
};

const judgement = (name: string, problems: readonly RankedProblem[]): Judgement => {
  const [worst, ...others] = problems;
  if (worst === undefined)
    return { verdict: 'pass', code: 'SERVED_CHAIN_OK', severity: 'none', message: `${name} serves a sound chain.` };
  const more =
    others.length === 0
      ? ''
      : ` (and ${others.length} more problem${others.length === 1 ? '' : 's'}: ${[...new Set(others.map(({ code }) => code))].join(', ')})`;
  const { verdict, cures = [] } = explain(worst.code) ?? {};
  return {
    // A code that may be `fail` or `inconclusive` is a fail of `served-certificate`.
    verdict: verdict === 'pass' || verdict === 'inconclusive' ? verdict : 'fail',
    code: worst.code,
    severity: worst.severity,
    message: `${name}: ${worst.message}${more}.`,
    ...endsOf(worst.ends),
    ...(worst.thing !== undefined && { thing: worst.thing }),
    advice:
      `${worst.about === undefined ? '' : `For ${inert(worst.about)}: `}${worst.cure ?? cures.join(' Or: ')}` || null,
  };
};

const WHY_NOTHING: Partial<Readonly<Record<Ended['kind'], Code>>> = {
  'timed-out': 'TIMED_OUT',
  'not-tls': 'NOT_TLS',
  incompatible: 'TLS_INCOMPATIBLE',
  unusable: 'IDENTITY_UNUSABLE',
  unread: 'IDENTITY_NOT_READ',
  'address-refused': 'ADDRESS_REFUSED',
};

const nothingServed = (check: Check, first: Attempt | undefined, context: JudgeContext): Judgement => {
  const { endpoint } = context;
  if (first === undefined)
    return unsure(
      'NOT_RUN',
      `${endpoint.name} was not asked: nothing could be presented, or the run had no time left.`,
    );
  const { ended } = first.observation;
  const code = speaksOtherVersion(check, first.observation, context)
    ? 'AMBIGUOUS_ANSWER'
    : (WHY_NOTHING[ended.kind] ?? 'UNREACHABLE');
  const known = neverJudged(check, first.observation, context);
  const message = `${endpoint.name} showed no certificate: ${endingOf(first.observation)}.`;
  const fact = known?.fact ?? null;
  return unsure(code, fact === null ? message : `${message} ${fact}`, known?.cure ?? null);
};
