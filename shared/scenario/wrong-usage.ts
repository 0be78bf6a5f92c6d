import { ATTEMPTS, type Scenario, withFault } from './scenario.ts';

export const wrongUsage: Scenario<'wrong-usage'> = {
  name: 'wrong-usage',
  column: { head: 'usage', meaning: 'a server’s certificate' },
  family: 'bad-certificate',
  suite: 'enforcement',
  always: false,
  needs: null,
  onRoutes: false,
  presents: 'each identity with `fault: wrong-usage`, where its issuer is the control’s',
  expects: 'rejected',
  citation: 'RFC 5280 §4.2.1.12: extended key usage must include id-kp-clientAuth',
  cases: (_endpoint, identities) => withFault('wrong-usage', identities),
  add: 'an identity with fault: wrong-usage',
  fault: 'wrong-usage',
  minted: false,
  mayMeetAnotherCertificate: false,
  comparedWithout: false,
  attempts: ATTEMPTS,
  acceptanceProves: null,
  cause: null,
  acceptance: {
    to: 'a certificate that is for servers only',
    meaning: 'The endpoint accepts any server’s certificate of the same CA as a client’s.',
    causes: ['Extended key usage is not checked (GnuTLS by default).', 'Verification errors are ignored.'],
    cure: 'Check the extended key usage of client certificates for clientAuth (GnuTLS: gnutls_session_set_verify_cert2 with GNUTLS_KP_TLS_WWW_CLIENT; others do so once they verify at all).',
  },
};
