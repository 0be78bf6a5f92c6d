import { ATTEMPTS, type Scenario, single } from './scenario.ts';

/** HTTP/1.1 is refused twice before HTTP/2 is tried. */
const IN_HTTP1 = 2;

export const plaintext: Scenario<'plaintext'> = {
  name: 'plaintext',
  column: { head: 'plain', meaning: 'without TLS' },
  family: 'another-way',
  suite: 'enforcement',
  always: false,
  needs: null,
  onRoutes: false,
  presents: 'the application protocol without TLS, on the same port',
  expects: 'rejected',
  citation: 'RFC 9110 §4.2.2: an https resource is served over a secured connection only',
  cases: () => single({ kind: 'plaintext' }),
  add: null,
  fault: null,
  minted: false,
  mayMeetAnotherCertificate: true,
  comparedWithout: false,
  attempts: IN_HTTP1 + ATTEMPTS,
  acceptanceProves: null,
  cause: 'PLAINTEXT_ACCEPTED',
  acceptance: {
    to: 'a request without TLS on the same port',
    meaning:
      'The port also serves plaintext: a client that does not use TLS needs no certificate, and every hop on the way can read the traffic.',
    causes: [
      'A mesh in PERMISSIVE mode.',
      'A listener that distinguishes TLS from plaintext by the first byte and serves both.',
    ],
    cure: {
      what: 'Serve TLS only on this port',
      by: 'plaintext',
      besides: ', or move health checks to a port of their own and skip this scenario with the reason',
    },
  },
};
