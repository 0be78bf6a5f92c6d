import { ATTEMPTS, type Scenario, single } from './scenario.ts';

export const untrustedIssuer: Scenario<'untrusted-issuer'> = {
  name: 'untrusted-issuer',
  column: { head: 'untru', meaning: 'an untrusted CA' },
  family: 'bad-certificate',
  suite: 'enforcement',
  always: false,
  needs: null,
  onRoutes: false,
  presents: 'a leaf like the control’s, from a CA made for this process',
  expects: 'rejected',
  citation: 'RFC 5280 §6.1: a path must end at a trust anchor of the relying party',
  cases: () => single({ kind: 'minted', scenario: 'untrusted-issuer' }),
  add: null,
  fault: null,
  minted: true,
  mayMeetAnotherCertificate: false,
  comparedWithout: false,
  attempts: ATTEMPTS,
  acceptanceProves: 'nothing-is-verified',
  cause: null,
  acceptance: {
    to: 'a client certificate from an untrusted CA',
    meaning:
      'The relying party asks for a certificate and does not verify its issuer: any client can make a certificate that it accepts.',
    causes: [
      'A mode that asks but does not verify (nginx optional_no_ca, Go RequireAnyClientCert, Envoy ACCEPT_UNTRUSTED, Node rejectUnauthorized: false).',
      'Verification is left to an application that does not do it.',
    ],
    cure: { what: 'Verify client certificates against your CA', by: 'verify' },
  },
};
