import type { Scenario } from './scenario.ts';

export const missingIntermediate: Scenario<'missing-intermediate'> = {
  name: 'missing-intermediate',
  column: { head: 'alone', meaning: 'without its intermediates' },
  family: 'information',
  suite: 'enforcement',
  always: false,
  needs: null,
  onRoutes: false,
  presents:
    'the identity that was accepted as the control, without the other certificates of its chain, where it has any',
  expects: 'either',
  citation: 'RFC 8446 §4.4.2: a client sends the certificates that certify its own',
  cases: ({ admits: [first] }) => [
    {
      subject: null,
      presented: { kind: 'identity', identity: first, alone: true },
      detour: { kind: 'missing-intermediate' },
    },
  ],
  add: null,
  onlyWhere: 'the control is accepted and its chain has an intermediate',
  fault: null,
  minted: false,
  mayMeetAnotherCertificate: false,
  comparedWithout: false,
  /** And the control once more, where it was refused. */
  attempts: 2,
  acceptanceProves: null,
  cause: null,
  acceptance: null,
};
