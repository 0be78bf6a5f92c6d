import type { Transition } from '../../shared/model/state.ts';
import type { MessageGroup } from '../../shared/publish/groups.ts';

/** A transition, and what a test cares about. */
export const aTransition = (own: Partial<Transition> = {}): Transition => {
  const whole: Omit<Transition, 'id'> = {
    kind: 'regression',
    check: 'payments/no-certificate',
    endpoint: 'payments',
    vantage: 'default',
    owner: 'team-payments',
    scenario: 'no-certificate',
    subject: null,
    code: 'ACCEPTED_NO_CERTIFICATE',
    cause: null,
    severity: 'critical',
    since: Date.UTC(2026, 10, 23, 7),
    runId: 'run-1',
    runStartedAt: Date.UTC(2026, 10, 23, 7),
    message: 'payments answered 200 to a client without a certificate.',
    advice: 'Require a client certificate.',
    reproduce: 'curl https://payments.test/',
    evidence: [],
    ...own,
  };
  return { id: `${whole.runId}/${whole.check}/${whole.kind}`, ...whole };
};

/** One check of one endpoint, named after its scenario. */
export const at = (endpoint: string, scenario: NonNullable<Transition['scenario']>, own: Partial<Transition> = {}) =>
  aTransition({ endpoint, scenario, check: `${endpoint}/${scenario}`, message: `${endpoint} did something.`, ...own });

export const aGroup = (transitions: readonly Transition[], own: Partial<MessageGroup> = {}): MessageGroup => ({
  runId: 'run-1',
  runStartedAt: 0,
  kind: transitions[0]?.kind ?? 'regression',
  owner: transitions[0]?.owner ?? null,
  members: transitions.map((transition) => ({ key: `endpoint/${transition.endpoint}`, transition })),
  ...own,
});

export const NO_LINKS = { dashboard: null, run: null, runbook: null };
