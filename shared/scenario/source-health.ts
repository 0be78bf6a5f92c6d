import { ATTEMPTS, type Scenario } from './scenario.ts';

/** One check per source of the registry, not per endpoint: the plan makes it. */
export const sourceHealth: Scenario<'source-health'> = {
  name: 'source-health',
  column: null,
  family: 'own-source',
  suite: 'certificates',
  always: false,
  needs: null,
  onRoutes: false,
  presents: 'nothing: no connection',
  expects: 'fit-source',
  citation: 'RFC 9111 §4.2 (freshness: what is older than its lifetime is stale)',
  cases: () => [],
  add: null,
  fault: null,
  minted: false,
  mayMeetAnotherCertificate: false,
  comparedWithout: false,
  attempts: ATTEMPTS,
  acceptanceProves: null,
  cause: null,
  acceptance: null,
};
