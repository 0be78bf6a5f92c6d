import type { Scenario } from './scenario.ts';

export const resumption: Scenario<'resumption'> = {
  name: 'resumption',
  column: { head: 'resum', meaning: 'a session of another name' },
  family: 'detour',
  suite: 'enforcement',
  always: false,
  needs: 'namesServerTwice',
  onRoutes: false,
  presents:
    'no certificate, but a TLS session earned at another endpoint of the same address and port by an identity that this one refuses',
  expects: 'rejected',
  citation: 'RFC 8446 §4.6.1: resuming carries the first handshake’s authentication; CVE-2025-23419',
  cases: ({ siblings }) =>
    siblings.length === 0 ? [] : [{ subject: null, presented: { kind: 'none' }, detour: { kind: 'resumption' } }],
  onlyWhere: 'another endpoint is at the same address and gives a session',
  add: 'another endpoint at the same address and port that admits an identity which this one refuses',
  fault: null,
  minted: false,
  mayMeetAnotherCertificate: false,
  comparedWithout: false,
  /** A session is earned at each sibling endpoint, and offered. */
  attempts: 12,
  acceptanceProves: null,
  cause: 'SESSIONS_SHARED',
  acceptance: {
    to: 'a session that was earned at another name',
    meaning:
      'A TLS session made for another virtual host is resumed here: the endpoint accepts its holder without a certificate that it admits.',
    causes: [
      'Virtual hosts share session tickets or a session cache and trust different CAs (nginx before 1.27.4 and 1.26.3: CVE-2025-23419).',
      'One program serves several names and gives them all the same ticket keys or session cache (HAProxy, Node’s addContext, Python’s sni_callback).',
      'The server authorizes a client when it presents its certificate, which does not happen in a resumed session (Go’s VerifyPeerCertificate).',
      'A load balancer’s nodes share ticket keys across listeners.',
    ],
    cure: {
      what: 'Upgrade nginx to 1.26.3 or 1.27.4, or give each virtual host its own ticket key and session cache, or leave sessions out where client certificates are required, or judge the client of a resumed session again',
      by: 'sessions',
    },
  },
};
