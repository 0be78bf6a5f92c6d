import { ATTEMPTS, type Scenario, single } from './scenario.ts';

export const selfSigned: Scenario<'self-signed'> = {
  name: 'self-signed',
  column: { head: 'self', meaning: 'signed by itself' },
  family: 'bad-certificate',
  suite: 'enforcement',
  always: false,
  needs: null,
  onRoutes: false,
  presents: 'a self-signed leaf like the control’s',
  expects: 'rejected',
  citation: 'RFC 5280 §6.1: a self-signed certificate is no path to another trust anchor',
  cases: () => single({ kind: 'minted', scenario: 'self-signed' }),
  add: null,
  fault: null,
  minted: true,
  mayMeetAnotherCertificate: false,
  comparedWithout: false,
  attempts: ATTEMPTS,
  acceptanceProves: null,
  cause: null,
  acceptance: {
    to: 'a self-signed client certificate that copies the control’s names',
    meaning: 'The relying party accepts a certificate that the client itself signed: the names in it prove nothing.',
    causes: [
      'A mode that asks but does not verify (untrusted-issuer is accepted too then).',
      'A setting that lets self-signed certificates pass (PHP: allow_self_signed).',
      'The application compares the names of an unverified certificate.',
    ],
    cure: { what: 'Verify client certificates against your CA before any name in them is used', by: 'verify' },
  },
};
