import type { Scenario } from './scenario.ts';

/** One check per identity, not per endpoint: the plan makes it. */
export const identityHealth: Scenario = {
  name: 'identity-health',
  suite: 'certificates',
  always: true,
  presents: 'nothing: no connection',
  expects: 'fit-identity',
  citation: 'RFC 5280 §4.1.2.5 (dates), §4.2.1.12 (usage)',
  cases: () => [],
  add: null,
  acceptance: null,
};
