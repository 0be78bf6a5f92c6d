import type { Scenario } from './scenario.ts';

export const bypassAddress: Scenario<'bypass-address'> = {
  name: 'bypass-address',
  column: { head: 'bypas', meaning: 'another way in' },
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
  add: 'bypasses: the URLs of other ways in (a gateway’s default address, the origin, port 80)',
  fault: null,
  minted: false,
  mayMeetAnotherCertificate: false,
  comparedWithout: false,
  /** Under two names. */
  attempts: 8,
  acceptanceProves: null,
  cause: 'ANOTHER_WAY_IN',
  acceptance: {
    to: 'a client without a certificate at another way in',
    meaning:
      'What asks for a certificate at the front can be reached past it: this address serves the same without one.',
    causes: [
      'The gateway’s own default address is still on (API Gateway: execute-api).',
      'The load balancer or the origin behind the checked address can be reached directly.',
    ],
    cure: 'Close that way in (API Gateway: disableExecuteApiEndpoint; origin: a security group that admits the proxy only), or require client certificates there too.',
  },
};
