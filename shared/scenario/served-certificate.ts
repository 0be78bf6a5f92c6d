import type { Scenario } from './scenario.ts';

export const servedCertificate: Scenario = {
  name: 'served-certificate',
  suite: 'certificates',
  always: true,
  presents: 'nothing more: read off the handshakes there',
  expects: 'sound-chain',
  citation: 'RFC 5280 §6.1 (path and dates), RFC 9525 §6 (names)',
  cases: () => [{ subject: null, presented: null }],
  add: null,
  acceptance: null,
};
