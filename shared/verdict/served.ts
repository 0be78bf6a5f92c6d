/** served-certificate: read off every handshake of a lane, accepted or not. */

import type { CertificateFacts } from '../model/certificate.ts';
import type { Check } from '../model/check.ts';
import type { Code, Severity } from '../model/names.ts';
import type { Observation } from '../model/probe.ts';
import type { CheckResult, ServedChain } from '../model/report.ts';
import { DAY, type Instant } from '../model/time.ts';
import { explain } from './codes.ts';
import { checkResult, type Judgement } from './result.ts';
import type { Attempt, JudgeContext, Lane } from './trial.ts';
import { endingOf } from './words.ts';

export type ChainProblem = { readonly code: Code; readonly message: string; readonly severity: Severity };
/** Every problem of a chain at an address; null where the trust bundle itself cannot be used (and why). */
export type ProblemsOf = (
  chain: readonly CertificateFacts[],
) => readonly ChainProblem[] | { readonly unusable: string };

const WORST_FIRST: readonly Code[] = [
  'SERVED_CHAIN_UNTRUSTED',
  'SERVED_CHAIN_EXPIRED',
  'SERVED_NAME_MISMATCH',
  'SERVED_CHAIN_INCOMPLETE',
  'SERVED_CHAIN_NOT_YET_VALID',
  'SERVED_CHAIN_WRONG_USAGE',
  'SERVED_CHAIN_EXPIRES_SOON',
  'SERVED_KEY_WEAK',
  'SERVED_SIGNATURE_WEAK',
];
const rank = ({ code, severity }: ChainProblem): number =>
  (severity === 'critical' ? 0 : 100) + WORST_FIRST.indexOf(code);

const attemptsOf = (lane: Lane): readonly Attempt[] => [
  ...(lane.control === null ? [] : [lane.control]),
  ...lane.controls.flatMap(({ attempts }) => attempts),
  ...lane.others.filter(({ check }) => check.presented?.kind !== 'plaintext').flatMap(({ attempts }) => attempts),
];

/** One observation per distinct leaf: several backends may serve several. */
const distinctChains = (lane: Lane): readonly Observation[] => {
  const seen = new Map<string, Observation>();
  for (const { observation } of attemptsOf(lane)) {
    const leaf = observation.servedChain[0];
    if (leaf !== undefined && !seen.has(leaf.sha256)) seen.set(leaf.sha256, observation);
  }
  return [...seen.values()];
};

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
  if (chains.length === 0) return result(nothingServed(first, context));
  const all = chains.map(({ servedChain }) => problemsOf(servedChain));
  const unusable = all.find((problems) => 'unusable' in problems);
  if (unusable !== undefined && 'unusable' in unusable) {
    return result({
      verdict: 'inconclusive',
      code: 'TRUST_BUNDLE_UNUSABLE',
      severity: 'warning',
      message: `The served chain of ${context.endpoint.name} cannot be judged: ${unusable.unusable}.`,
    });
  }
  const problems = all
    .flatMap((each) => ('unusable' in each ? [] : each))
    .toSorted((one, other) => rank(one) - rank(other));
  const worst = problems[0];
  if (worst === undefined)
    return result({
      verdict: 'pass',
      code: 'SERVED_CHAIN_OK',
      severity: 'none',
      message: `${context.endpoint.name} serves a sound chain.`,
    });
  const others =
    problems.length === 1
      ? ''
      : ` (and ${problems.length - 1} more problem${problems.length === 2 ? '' : 's'}: ${[...new Set(problems.slice(1).map(({ code }) => code))].join(', ')})`;
  return result({
    verdict: 'fail',
    code: worst.code,
    severity: worst.severity,
    message: `${context.endpoint.name}: ${worst.message}${others}.`,
    advice: explain(worst.code)?.cures.join(' Or: ') ?? null,
  });
};

const nothingServed = (first: Attempt | undefined, { endpoint }: JudgeContext): Judgement => {
  const unsure = (code: Code, message: string): Judgement => ({
    verdict: 'inconclusive',
    code,
    severity: 'warning',
    message,
  });
  if (first === undefined)
    return unsure(
      'NOT_RUN',
      `${endpoint.name} was not asked: nothing could be presented, or the run had no time left.`,
    );
  const { ended } = first.observation;
  const code =
    ended.kind === 'timed-out'
      ? 'TIMED_OUT'
      : ended.kind === 'not-tls'
        ? 'NOT_TLS'
        : ended.kind === 'unusable'
          ? 'IDENTITY_UNUSABLE'
          : 'UNREACHABLE';
  return unsure(code, `${endpoint.name} showed no certificate: ${endingOf(first.observation)}.`);
};

export const servedChains = (
  lane: Lane,
  problemsOf: ProblemsOf,
  endpoint: string,
  now: Instant,
): readonly ServedChain[] =>
  distinctChains(lane).flatMap(({ servedChain, address }) => {
    const [leaf] = servedChain;
    if (leaf === undefined || address === null) return [];
    const first = servedChain.reduce((soonest, each) => (each.notAfter < soonest.notAfter ? each : soonest), leaf);
    const problems = problemsOf(servedChain);
    return [
      {
        endpoint,
        address,
        daysToExpiry: Math.round(((first.notAfter - now) / DAY) * 10) / 10,
        expiresFirst: first.subject,
        sha256: leaf.sha256,
        problems: 'unusable' in problems ? [] : problems.map(({ code, message }) => ({ code, message })),
      },
    ];
  });
