import { ATTEMPTS, type Scenario } from './scenario.ts';

export const foreignIdentity: Scenario<'foreign-identity'> = {
  name: 'foreign-identity',
  column: { head: 'other', meaning: 'an identity that it must refuse' },
  family: 'other-identity',
  suite: 'isolation',
  always: false,
  needs: null,
  onRoutes: true,
  presents: 'each identity in `refuses`',
  expects: 'rejected',
  citation: 'RFC 9110 §15.5.4: a request that is understood but not authorized is refused',
  cases: (endpoint) =>
    endpoint.refuses.map((identity) => ({ subject: identity, presented: { kind: 'identity', identity } })),
  add: 'an identity that it must refuse',
  fault: null,
  minted: false,
  mayMeetAnotherCertificate: false,
  comparedWithout: false,
  attempts: ATTEMPTS,
  acceptanceProves: null,
  cause: 'ANY_IDENTITY_ACCEPTED',
  acceptance: {
    to: 'an identity that it must refuse',
    meaning: 'Authentication without authorization: the endpoint accepts another service’s certificate.',
    causes: [
      'The endpoint accepts every certificate of the CA: no rule names the identities to accept.',
      'The rule compares only part of the name, or a name that the client chooses.',
    ],
    cure: {
      what: 'Add a rule that names the identities to accept',
      by: 'authorize',
      besides: ', or list it under admits if the endpoint should accept it',
    },
  },
};
