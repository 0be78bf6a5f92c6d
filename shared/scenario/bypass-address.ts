import type { Scenario } from './scenario.ts';

export const bypassAddress: Scenario<'bypass-address'> = {
  name: 'bypass-address',
  column: { head: 'bypas', meaning: 'another address' },
  family: 'another-way',
  suite: 'enforcement',
  always: false,
  needs: 'namesServerTwice',
  onRoutes: false,
  presents: 'no certificate, at each of `bypasses`: once under its own name, once under the endpoint’s',
  expects: 'rejected',
  citation: 'Amazon API Gateway Developer Guide, mutual TLS: clients can bypass it by the default execute-api endpoint',
  cases: ({ bypasses }) =>
    bypasses.map((bypass) => ({
      subject: bypass.url,
      presented: bypass.plaintext ? { kind: 'plaintext' } : { kind: 'none' },
      detour: { kind: 'bypass-address', bypass },
    })),
  add: 'bypasses: the URLs of other addresses that may serve the same (a gateway’s default address, the origin, port 80)',
  fault: null,
  minted: false,
  mayMeetAnotherCertificate: false,
  comparedWithout: false,
  /** Four under each of two names. */
  attempts: 8,
  acceptanceProves: null,
  cause: 'ANOTHER_WAY_IN',
  acceptance: {
    to: 'a client without a certificate at another address',
    meaning: 'This address serves without a certificate what the endpoint serves with one.',
    causes: [
      'The gateway’s own default address is still on (API Gateway: execute-api).',
      'The load balancer or the origin behind the checked address can be reached directly.',
    ],
    cure: 'Close that address (API Gateway: disableExecuteApiEndpoint; origin: a security group that admits the proxy only), or require client certificates there too.',
  },
};
