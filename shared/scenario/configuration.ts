import { ATTEMPTS, type Scenario } from './scenario.ts';

/** One check per source of the registry: a run makes those whose source says something of the endpoint. */
export const configuration: Scenario<'configuration'> = {
  name: 'configuration',
  column: { head: 'config', meaning: 'what its configuration says, held against what was seen' },
  family: 'configuration',
  suite: 'enforcement',
  always: false,
  needs: null,
  onRoutes: false,
  presents: 'nothing: what a source says is held against the other checks',
  expects: 'agreement',
  citation: 'RFC 8446 §4.3.2 (CertificateRequest), §4.4.2.4 (what a server does without one)',
  cases: ({ sources = {} }) => Object.keys(sources).map((subject) => ({ subject, presented: null })),
  add: null,
  onlyWhere: 'one of the registry’s `sources` speaks of the endpoint',
  fault: null,
  minted: false,
  mayMeetAnotherCertificate: false,
  comparedWithout: false,
  attempts: ATTEMPTS,
  acceptanceProves: null,
  cause: null,
  acceptance: null,
};
