import { ATTEMPTS, type Scenario } from './scenario.ts';

export const servedCertificate: Scenario<'served-certificate'> = {
  name: 'served-certificate',
  column: { head: 'chain', meaning: 'what the endpoint itself serves' },
  family: 'served-chain',
  suite: 'certificates',
  always: true,
  needs: null,
  onRoutes: false,
  presents: 'nothing more: read off the handshakes there',
  expects: 'sound-chain',
  citation: 'RFC 5280 §6.1 (path and dates), RFC 9525 §6 (names)',
  cases: () => [{ subject: null, presented: null }],
  add: null,
  fault: null,
  minted: false,
  mayMeetAnotherCertificate: false,
  comparedWithout: false,
  attempts: ATTEMPTS,
  acceptanceProves: null,
  cause: null,
  acceptance: null,
};
