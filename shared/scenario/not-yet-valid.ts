import { ATTEMPTS, type Scenario, withFault } from './scenario.ts';

export const notYetValid: Scenario<'not-yet-valid'> = {
  name: 'not-yet-valid',
  column: { head: 'early', meaning: 'not valid yet' },
  family: 'bad-certificate',
  suite: 'enforcement',
  always: false,
  needs: null,
  onRoutes: false,
  presents: 'each identity with `fault: not-yet-valid`, where its issuer is the control’s',
  expects: 'rejected',
  citation: 'RFC 5280 §6.1.3 (a)(2): the validity period includes the current time',
  cases: (_endpoint, identities) => withFault('not-yet-valid', identities),
  add: 'an identity with fault: not-yet-valid',
  fault: 'not-yet-valid',
  minted: false,
  mayMeetAnotherCertificate: false,
  comparedWithout: false,
  attempts: ATTEMPTS,
  acceptanceProves: null,
  cause: null,
  acceptance: {
    to: 'a client certificate that is not valid yet',
    meaning: 'The relying party does not check validity dates.',
    causes: ['Verification errors are ignored.', 'The relying party’s clock is ahead.'],
    cure: 'Refuse certificates before their notBefore, and check the relying party’s clock.',
  },
};
