import type { Check } from '../../model/check.ts';
import type { Evidence } from '../../model/evidence.ts';
import type { Thing } from '../../model/incident.ts';
import type { Code, Severity, Verdict } from '../../model/names.ts';
import type { Observation } from '../../model/probe.ts';
import type { CheckResult } from '../../model/report.ts';
import { iso } from '../../model/time.ts';
import { cureOf } from '../explain/codes.ts';
import { reproduceText } from '../explain/reproduce.ts';
import type { RankedProblem } from './served-chains.ts';
import type { Attempt, JudgeContext } from './trial.ts';

const evidenceOf = ({ presented, address, tls, durationMs, ...seen }: Observation): Evidence => ({
  presented,
  address,
  tls,
  durationMs,
  ...(seen.sni === undefined ? {} : { sni: seen.sni }),
  ...(seen.headers === undefined ? {} : { headers: [...seen.headers] }),
  ...(seen.resumed === undefined ? {} : { resumed: seen.resumed }),
  certificateRequested: seen.certificateRequested,
  ...(seen.sharedFrom === undefined ? {} : { sharedFrom: seen.sharedFrom }),
  ended: seen.ended,
});

export type Judgement = {
  readonly verdict: Exclude<Verdict, 'waived'>;
  readonly code: Code;
  readonly severity: Severity;
  readonly message: string;
  readonly advice?: string | null;
  readonly ends?: NonNullable<CheckResult['ends']>;
  readonly thing?: Thing;
};

export const endsOf = (ends: RankedProblem['ends']): Pick<Judgement, 'ends'> =>
  ends === undefined ? {} : { ends: { ...ends, at: iso(ends.at) } };

const ABOUT_IDENTITIES: readonly Code[] = ['IDENTITY_UNUSABLE', 'IDENTITY_NOT_READ'];

/**
 * Whatever check has met it: a trust bundle that cannot be used blinds every endpoint that is judged by it; an identity that cannot be used, every check
 * that needs it.
 */
const thingOf = (
  { code, thing }: Judgement,
  trustBundle: string,
  ended: Observation['ended'] | undefined,
): Pick<Judgement, 'thing'> => {
  if (code === 'TRUST_BUNDLE_UNUSABLE' || code === 'TRUST_BUNDLE_NOT_READ')
    return { thing: { kind: 'trust-bundle', name: trustBundle } };
  if (ABOUT_IDENTITIES.includes(code) && ended !== undefined && 'identity' in ended && ended.identity !== undefined)
    return { thing: { kind: 'identity', name: ended.identity } };
  return thing === undefined ? {} : { thing };
};

/** `own` are the check's attempts, oldest first; `beside` are the control's, which come last in the evidence. */
export const checkResult = (
  check: Check,
  judgement: Judgement,
  own: readonly Attempt[],
  beside: readonly Attempt[],
  { endpoint, vantage, where, isSound, platform = null }: JudgeContext,
): CheckResult => {
  const decisive = own.find(({ outcome }) => outcome.kind === 'accepted') ?? own.at(-1) ?? beside[0];
  const passes = judgement.verdict === 'pass';
  return {
    id: check.id,
    endpoint: check.endpoint,
    scenario: check.scenario,
    subject: check.subject,
    route: check.route,
    address: decisive?.observation.address ?? null,
    tls: check.presented?.kind === 'plaintext' ? null : (check.tls ?? decisive?.observation.tls ?? null),
    vantage,
    verdict: judgement.verdict,
    code: judgement.code,
    severity: judgement.code === 'TRUST_BUNDLE_UNUSABLE' ? 'critical' : judgement.severity,
    cause: null,
    message: judgement.message,
    advice: judgement.advice ?? (passes ? null : cureOf(judgement.code)),
    reproduce: reproduceText(check, endpoint, {
      observation: decisive?.observation,
      isSound: decisive === undefined || (isSound?.(decisive.observation) ?? true),
      where,
    }),
    waiver: null,
    ...(platform !== null && judgement.verdict === 'fail' && { platform }),
    ...(judgement.ends !== undefined && { ends: judgement.ends }),
    ...thingOf(judgement, endpoint.trustBundle, decisive?.observation.ended),
    evidence: [...own, ...beside].map(({ observation }) => evidenceOf(observation)),
  };
};
