import { ATTEMPTS, type Scenario, withFault } from './scenario.ts';

export const expired: Scenario<'expired'> = {
  name: 'expired',
  column: { head: 'exp', meaning: 'expired' },
  family: 'bad-certificate',
  suite: 'enforcement',
  always: false,
  needs: null,
  onRoutes: false,
  presents: 'each identity with `fault: expired`, where its issuer is the control’s',
  expects: 'rejected',
  citation: 'RFC 5280 §6.1.3 (a)(2): the validity period includes the current time',
  cases: (_endpoint, identities) => withFault('expired', identities),
  add: 'an identity with fault: expired',
  fault: 'expired',
  minted: false,
  mayMeetAnotherCertificate: false,
  comparedWithout: false,
  attempts: ATTEMPTS,
  acceptanceProves: null,
  cause: null,
  acceptance: {
    to: 'an expired client certificate',
    meaning: 'Certificates stay valid for ever: the endpoint still accepts a key that leaked years ago.',
    causes: [
      'Verification errors are ignored.',
      'The relying party’s clock is wrong.',
      'ALB: IgnoreClientCertificateExpiry is true.',
    ],
    cure: 'Refuse expired certificates (ALB: IgnoreClientCertificateExpiry false; HAProxy: no crt-ignore-err; Go: RequireAndVerifyClientCert), and check the relying party’s clock.',
  },
};
