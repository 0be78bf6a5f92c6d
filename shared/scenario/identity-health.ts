import { ATTEMPTS, type Scenario } from './scenario.ts';

/** One check per identity, not per endpoint: the plan makes it. */
export const identityHealth: Scenario<'identity-health'> = {
  name: 'identity-health',
  column: null,
  family: 'own-identity',
  suite: 'certificates',
  always: true,
  needs: null,
  onRoutes: false,
  presents: 'nothing: no connection',
  expects: 'fit-identity',
  citation: 'RFC 5280 §4.1.2.5 (dates), §4.2.1.12 (usage)',
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
