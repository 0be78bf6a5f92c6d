/** identity-health: faults of the monitor’s test identities, found before any packet. No endpoint, no connection. */
import type { Check } from '../../model/check.ts';
import type { FixedCode } from '../../model/names.ts';
import type { CheckResult } from '../../model/report.ts';
import type { Instant } from '../../model/time.ts';
import { cureOf } from '../explain/codes.ts';
import { unsure } from './judgements.ts';
import { endsOf, type Judgement } from './result.ts';

/** Whether an identity can be used, as its certificate and key show. */
export type Fitness =
  /** `problems`: it can be used all the same; the most urgent first, each in words that follow its name. `notes`: worth knowing, no fault. */
  | { readonly kind: 'fit'; readonly problems: readonly Problem[]; readonly notes: readonly string[] }
  | { readonly kind: 'unfit'; readonly reason: string; readonly advice: string | null }
  /** Its secret could not be read now: whether it can be used is not known. */
  | { readonly kind: 'unread'; readonly reason: string };

type Problem = { readonly code: FixedCode; readonly message: string; readonly ends?: { readonly at: Instant } };

const judgement = (name: string, fitness: Fitness): Judgement => {
  if (fitness.kind === 'unfit') {
    return {
      verdict: 'fail',
      code: 'IDENTITY_UNUSABLE',
      severity: 'warning',
      message: `${name} cannot be used: ${fitness.reason}.`,
      advice:
        fitness.advice ??
        `Mend it where identities.${name} of the registry leads: a certificate with its key that can be used (${fitness.reason}).`,
    };
  }
  if (fitness.kind === 'unread') return unsure('IDENTITY_NOT_READ', `${name} could not be read: ${fitness.reason}.`);
  const [worst] = fitness.problems;
  if (worst !== undefined) {
    return {
      verdict: 'fail',
      code: worst.code,
      severity: 'warning',
      message: `${name} ${fitness.problems.map(({ message }) => message).join('; it also ')}.`,
      advice: cureOf(worst.code),
      ...endsOf(worst.ends),
    };
  }
  const message = [`${name} is fit for use`, ...fitness.notes].join('; ');
  return { verdict: 'pass', code: 'IDENTITY_OK', severity: 'none', message: `${message}.`, advice: null };
};

export const judgeIdentity = (check: Check, fitness: Fitness, vantage: string): CheckResult => {
  const judged = judgement(check.subject ?? check.id, fitness);
  const { verdict, code, severity, message, advice } = judged;
  return {
    id: check.id,
    endpoint: null,
    scenario: check.scenario,
    subject: check.subject,
    route: null,
    address: null,
    tls: null,
    vantage,
    verdict,
    code,
    severity,
    cause: code === 'IDENTITY_UNUSABLE' || code === 'IDENTITY_NOT_READ' ? code : null,
    message,
    advice: advice ?? null,
    reproduce: null,
    waiver: null,
    evidence: [],
    ...(judged.ends !== undefined && { ends: judged.ends }),
  };
};
