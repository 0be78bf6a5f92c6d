import { type Scenario, withFault } from './scenario.ts';

export const notYetValid: Scenario = {
  name: 'not-yet-valid',
  suite: 'enforcement',
  always: false,
  presents: 'each identity with `fault: not-yet-valid`, where its issuer is the control’s',
  expects: 'rejected',
  citation: 'RFC 5280 §6.1.3 (a)(2): the validity period includes the current time',
  cases: (_endpoint, identities) => withFault('not-yet-valid', identities),
  add: 'an identity with fault: not-yet-valid',
  acceptance: {
    to: 'a client certificate that is not valid yet',
    meaning: 'Validity dates are not looked at.',
    causes: ['Verification errors are ignored.', 'The relying party’s clock is ahead.'],
    cure: 'Refuse certificates before their notBefore, and check the relying party’s clock.',
  },
};
