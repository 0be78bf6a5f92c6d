import { ATTEMPTS, type Scenario } from './scenario.ts';

/** One check per source of the registry: a run makes those whose source says something of the endpoint. */
export const configuredAccess: Scenario<'configured-access'> = {
  name: 'configured-access',
  column: { head: 'rules', meaning: 'whom its configuration admits, held against what was seen' },
  family: 'configuration',
  suite: 'isolation',
  always: false,
  needs: null,
  onRoutes: false,
  presents: 'nothing: whom a source admits is held against the other checks',
  expects: 'agreement',
  citation: 'RFC 9110 §15.5.4: a request that is understood but not authorized is refused',
  cases: ({ sources = {} }) => Object.keys(sources).map((subject) => ({ subject, presented: null })),
  add: null,
  onlyWhere: 'one of the registry’s `sources` says who is admitted at the endpoint',
  fault: null,
  minted: false,
  mayMeetAnotherCertificate: false,
  comparedWithout: false,
  attempts: ATTEMPTS,
  acceptanceProves: null,
  cause: null,
  acceptance: null,
};
