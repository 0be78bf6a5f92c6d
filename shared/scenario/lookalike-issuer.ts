import { ATTEMPTS, type Scenario, single } from './scenario.ts';

export const lookalikeIssuer: Scenario<'lookalike-issuer'> = {
  name: 'lookalike-issuer',
  column: { head: 'look', meaning: 'the real CA’s name, another key' },
  family: 'bad-certificate',
  suite: 'enforcement',
  always: false,
  needs: null,
  onRoutes: false,
  presents: 'a leaf from a CA with another key but the real issuer’s name and key identifiers',
  expects: 'rejected',
  citation: 'RFC 5280 §6.1.3 (a)(1): the signature is verified with the issuer’s public key, not with its name',
  cases: () => single({ kind: 'minted', scenario: 'lookalike-issuer' }),
  add: null,
  fault: null,
  minted: true,
  mayMeetAnotherCertificate: false,
  comparedWithout: false,
  attempts: ATTEMPTS,
  acceptanceProves: null,
  cause: null,
  acceptance: {
    to: 'a client certificate that bears the real issuer’s name but not its signature',
    meaning: 'The relying party compares the issuer’s name and does not check the signature.',
    causes: [
      'Verification errors are ignored or filtered.',
      'The application reads the issuer from an unverified certificate.',
    ],
    cure: 'Verify the certificate’s signature against your CA’s key; do not ignore verification errors (HAProxy: no crt-ignore-err; openssl s_server: -verify_return_error).',
  },
};
