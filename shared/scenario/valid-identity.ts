import { ATTEMPTS, type Scenario } from './scenario.ts';

/** Two before, one among the others, two after them. */
const AS_CONTROL = ATTEMPTS + 1;

export const validIdentity: Scenario<'valid-identity'> = {
  name: 'valid-identity',
  column: { head: 'admits', meaning: 'identities that it must accept' },
  family: 'control',
  suite: 'enforcement',
  always: true,
  needs: null,
  onRoutes: true,
  presents: 'each identity in `admits`',
  expects: 'accepted',
  citation: 'RFC 8446 §4.4.2.4: a client that authenticates as required is served',
  cases: (endpoint) =>
    endpoint.admits.map((identity) => ({ subject: identity, presented: { kind: 'identity', identity } })),
  add: null,
  fault: null,
  minted: false,
  mayMeetAnotherCertificate: false,
  comparedWithout: false,
  attempts: AS_CONTROL,
  acceptanceProves: null,
  cause: null,
  acceptance: null,
};
