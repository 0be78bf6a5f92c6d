import type { IncidentMark } from '../../shared/model/incident.ts';
import type { Origin } from '../../shared/model/notification.ts';
import type { Transition } from '../../shared/model/state.ts';
import { DAY } from '../../shared/model/time.ts';
import type { MessageGroup } from '../../shared/publish/groups.ts';
import { absorb, NO_INCIDENTS } from '../../shared/regression/absorb.ts';

/** An open incident, and what a test cares about. */
export const aMark = (own: Partial<IncidentMark> = {}): IncidentMark => ({
  key: 'incident-1',
  cause: null,
  thing: { kind: 'endpoint', name: 'payments' },
  openedAt: Date.UTC(2026, 10, 23, 7),
  closedBecause: null,
  ...own,
});

/** A transition that a report has decided to tell, and what a test cares about. */
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
  const id = `${whole.runId}/${whole.check}/${whole.kind}`;
  return { id, ...whole, incident: whole.incident ?? aMark({ key: `${id}@${whole.vantage}`, cause: whole.cause }) };
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

export const NO_ORIGIN: Origin = {
  ...{ monitor: 'payments-monitor', account: null, region: null },
  links: { dashboard: null, run: null, runbook: null },
};

/** What a report decides of transitions that are due together: those that are told, with their incidents. */
export const decided = (transitions: readonly Transition[]): readonly Transition[] => {
  const arrivals = transitions.map(({ incident: _, ...transition }) => ({
    key:
      transition.endpoint === null
        ? `identity/${transition.subject}`
        : `endpoint/${transition.endpoint}/${transition.vantage}/enforcement`,
    transition,
    open: [],
  }));
  const settings = { now: 0, remindAfter: DAY, keyOf: (parts: readonly string[]) => parts.join(' ') };
  return absorb(NO_INCIDENTS, arrivals, settings).decisions.flatMap(({ arrival, told }) =>
    told === null || told === 'silenced' ? [] : [{ ...arrival.transition, incident: told }],
  );
};
