import { ATTEMPTS, type Scenario, withFault } from './scenario.ts';

export const revoked: Scenario<'revoked'> = {
  name: 'revoked',
  column: { head: 'revok', meaning: 'revoked' },
  family: 'bad-certificate',
  suite: 'enforcement',
  always: false,
  needs: null,
  onRoutes: false,
  presents: 'each identity with `fault: revoked`, where its issuer is the control’s',
  expects: 'rejected',
  citation: 'RFC 5280 §6.3: revocation status',
  cases: (_endpoint, identities) => withFault('revoked', identities),
  add: 'an identity with fault: revoked',
  fault: 'revoked',
  minted: false,
  mayMeetAnotherCertificate: false,
  comparedWithout: false,
  attempts: ATTEMPTS,
  acceptanceProves: null,
  cause: null,
  acceptance: {
    to: 'a revoked client certificate',
    meaning: 'The relying party does not check revocation: it accepts a stolen key until its certificate expires.',
    causes: [
      'No CRL is configured; no product configures one by default.',
      'The CRL was not reloaded since the revocation.',
      'The product has no revocation check (API Gateway, Go’s crypto/tls).',
    ],
    cure: {
      what: 'Configure the CA’s CRL and reload it when it changes',
      by: 'revocation',
      besides: ', or use short-lived certificates and waive this scenario',
    },
  },
};
