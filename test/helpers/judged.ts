import type { AcceptedCode, Code } from '../../shared/model/names.ts';
import type { CheckResult } from '../../shared/model/report.ts';
import { MINUTE } from '../../shared/model/time.ts';
import type { Update } from '../../shared/regression/update.ts';

/** A check's result, and what a test cares about. */
const aResult = (own: Partial<CheckResult> = {}): CheckResult => ({
  id: 'payments/valid-identity/checkout',
  endpoint: 'payments',
  scenario: 'valid-identity',
  subject: 'checkout',
  route: null,
  address: '127.0.0.1:443',
  tls: '1.3',
  vantage: 'default',
  verdict: 'pass',
  code: 'ACCEPTED',
  severity: 'none',
  cause: null,
  message: 'payments did something.',
  advice: null,
  reproduce: null,
  waiver: null,
  evidence: [],
  ...own,
});

export const pass = (own: Partial<CheckResult> = {}) => aResult(own);
export const open = (own: Partial<CheckResult> = {}) => fail('ACCEPTED_NO_CERTIFICATE', own);
export const fail = (code: Code | AcceptedCode, own: Partial<CheckResult> = {}) =>
  aResult({ verdict: 'fail', code, severity: 'critical', ...own });
export const unsure = (code: Code = 'UNREACHABLE', own: Partial<CheckResult> = {}) =>
  aResult({ verdict: 'inconclusive', code, severity: 'warning', ...own });
export const waived = (own: Partial<CheckResult> = {}) =>
  aResult({ verdict: 'waived', code: 'ACCEPTED_NO_CERTIFICATE', severity: 'info', ...own });

/** Runs are five minutes apart: the n-th starts at n × 5 minutes. */
export const startOf = (run: number) => run * 5 * MINUTE;

export const anUpdate = (run: number, results: readonly CheckResult[], own: Partial<Update> = {}): Update => ({
  key: 'endpoint/payments/default/enforcement',
  suite: 'enforcement',
  results,
  plannedIds: results.map(({ id }) => id),
  leaves: {},
  owner: 'team-payments',
  run: { id: `run-${run}`, startedAt: startOf(run) },
  settings: { settleAfter: 2, remindAfter: 24 * 60 * MINUTE },
  ...own,
});
