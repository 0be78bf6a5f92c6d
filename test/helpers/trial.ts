import type { Check } from '../../shared/model/check.ts';
import type { ScenarioName } from '../../shared/model/names.ts';
import type { Observation, Presented } from '../../shared/model/probe.ts';
import { scenarioNamed } from '../../shared/scenario/catalogue.ts';
import { classifyControl, classifyProbe } from '../../shared/verdict/classify/classify.ts';
import { classifyPlaintext } from '../../shared/verdict/classify/classify-plaintext.ts';
import type { Attempt, JudgeContext, Lane, Trial } from '../../shared/verdict/judge/trial.ts';
import { anEndpoint } from './endpoint.ts';

export const context: JudgeContext = {
  endpoint: anEndpoint(),
  vantage: 'default',
  now: 0,
  note: null,
  trustOf: () => null,
  sharesName: () => true,
};

const PRESENTED: Partial<Record<ScenarioName, Presented>> = {
  'no-certificate': { kind: 'none' },
  plaintext: { kind: 'plaintext' },
  'served-certificate': { kind: 'none' },
};

export const aCheck = (scenario: ScenarioName, subject: string | null = null): Check => ({
  id: `payments/${scenario}${subject === null ? '' : `/${subject}`}`,
  endpoint: 'payments',
  scenario,
  suite: scenarioNamed(scenario).suite,
  subject,
  route: null,
  tls: null,
  presented: PRESENTED[scenario] ?? { kind: 'identity', identity: subject ?? 'x' },
  detour: null,
});

export const asControl = (observation: Observation): Attempt => ({
  observation: { ...observation, presented: 'checkout' },
  outcome: classifyControl({ ...observation, presented: 'checkout' }, context.endpoint),
});

export const aTrial = (
  scenario: ScenarioName,
  observations: readonly Observation[],
  control: Observation | null,
): Trial => {
  const classify = scenario === 'plaintext' ? classifyPlaintext : classifyProbe;
  const accepted = control !== null && asControl(control).outcome.kind === 'accepted' ? control.answer : null;
  return {
    check: aCheck(scenario, scenario === 'foreign-identity' ? 'orders' : null),
    attempts: observations.map((observation) => ({
      observation,
      outcome: classify(observation, context.endpoint, accepted),
    })),
  };
};

/** A lane whose one control was observed so, and so again afterwards. */
export const aLane = (control: Observation, after: Observation | null = null): Lane => {
  const attempt = asControl(control);
  return {
    tls: null,
    controls: [{ check: aCheck('valid-identity', 'checkout'), attempts: [attempt] }],
    control: attempt.outcome.kind === 'accepted' ? attempt : null,
    closingControl: after === null ? null : asControl(after),
    unreachableControl: control.ended.kind === 'unreachable' ? attempt : null,
    others: [],
    derived: [],
  };
};
