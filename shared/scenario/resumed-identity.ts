import type { Scenario } from './scenario.ts';

export const resumedIdentity: Scenario<'resumed-identity'> = {
  name: 'resumed-identity',
  column: { head: 'again', meaning: 'the control’s own session' },
  family: 'returning-control',
  suite: 'enforcement',
  always: false,
  needs: null,
  onRoutes: false,
  presents: 'the identity that was accepted as the control, with the TLS session that it was given',
  expects: 'accepted',
  citation: 'RFC 8446 §2.2, RFC 5077 §3.1: a resumed session is served as the one that it resumes',
  cases: ({ admits: [first] }) => [
    { subject: null, presented: { kind: 'identity', identity: first }, detour: { kind: 'resumed-identity' } },
  ],
  add: null,
  fault: null,
  minted: false,
  mayMeetAnotherCertificate: false,
  comparedWithout: false,
  /** A session is earned and offered, both three times at the most, and a new one is made. */
  attempts: 7,
  acceptanceProves: null,
  cause: null,
  acceptance: null,
};
