import { ATTEMPTS, type Scenario, single } from './scenario.ts';

export const noCertificate: Scenario<'no-certificate'> = {
  name: 'no-certificate',
  column: { head: 'none', meaning: 'no certificate' },
  family: 'bare',
  suite: 'enforcement',
  always: false,
  needs: null,
  onRoutes: true,
  presents: 'no certificate',
  expects: 'rejected',
  citation: 'RFC 8446 §4.4.2.4: a server that requires a certificate aborts with certificate_required',
  cases: () => single({ kind: 'none' }),
  add: null,
  fault: null,
  minted: false,
  mayMeetAnotherCertificate: false,
  comparedWithout: false,
  attempts: ATTEMPTS,
  acceptanceProves: 'anybody-enters',
  cause: null,
  acceptance: {
    to: 'a client without a certificate',
    meaning: 'The endpoint serves every client that reaches it: it does not require client certificates.',
    causes: [
      'The relying party asks for a certificate but goes on without one (optional).',
      'It does not ask at all: the listener, virtual host or route has no client authentication.',
      'TLS ends at a load balancer in front of the one that was configured.',
    ],
    cure: { what: 'Require a client certificate', by: 'require' },
  },
};
