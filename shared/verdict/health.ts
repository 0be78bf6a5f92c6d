/** identity-health: our own faults, found before any packet. No endpoint, no connection. */
import type { Check } from '../model/check.ts';
import type { CheckResult } from '../model/report.ts';
import { cureOf } from './codes.ts';
import type { Judgement } from './result.ts';

/** What was found out about an identity before use. */
export type Fitness =
  | { readonly kind: 'fit'; readonly expiresSoon: string | null }
  | { readonly kind: 'unfit'; readonly reason: string; readonly advice: string | null };

const judgement = (name: string, fitness: Fitness): Judgement => {
  if (fitness.kind === 'unfit') {
    return {
      verdict: 'fail',
      code: 'IDENTITY_UNUSABLE',
      severity: 'warning',
      message: `${name} cannot be used: ${fitness.reason}.`,
      advice: fitness.advice ?? cureOf('IDENTITY_UNUSABLE'),
    };
  }
  if (fitness.expiresSoon !== null) {
    return {
      verdict: 'fail',
      code: 'IDENTITY_EXPIRES_SOON',
      severity: 'warning',
      message: `${name} ${fitness.expiresSoon}.`,
      advice: cureOf('IDENTITY_EXPIRES_SOON'),
    };
  }
  return { verdict: 'pass', code: 'IDENTITY_OK', severity: 'none', message: `${name} is fit for use.`, advice: null };
};

export const judgeIdentity = (check: Check, fitness: Fitness, vantage: string): CheckResult => {
  const { verdict, code, severity, message, advice } = judgement(check.subject ?? check.id, fitness);
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
    cause: code === 'IDENTITY_UNUSABLE' ? 'IDENTITY_UNUSABLE' : null,
    message,
    advice: advice ?? null,
    reproduce: null,
    waiver: null,
    evidence: [],
  };
};
