import type { Scenario } from './scenario.ts';

export const resumption: Scenario = {
  name: 'resumption',
  suite: 'enforcement',
  always: false,
  protocols: ['http'],
  presents:
    'no certificate, but a TLS session earned at another endpoint of the same address and port by an identity that this one refuses',
  expects: 'rejected',
  citation: 'RFC 8446 §4.6.1: resuming carries the first handshake’s authentication; CVE-2025-23419',
  cases: ({ siblings }) =>
    siblings.length === 0 ? [] : [{ subject: null, presented: { kind: 'none' }, twist: { kind: 'session' } }],
  add: 'another endpoint at the same address and port that admits an identity which this one refuses',
  acceptance: {
    to: 'a session that was earned at another name',
    meaning:
      'A TLS session made for another virtual host is resumed here: its holder gets in without a certificate that this endpoint admits.',
    causes: [
      'Virtual hosts share session tickets or a session cache and trust different CAs (nginx before 1.27.4 and 1.26.3: CVE-2025-23419).',
      'A load balancer’s nodes share ticket keys across listeners.',
    ],
    cure: 'Upgrade nginx to 1.26.3 or 1.27.4, or give each virtual host its own ssl_session_ticket_key and ssl_session_cache, or turn session tickets off where client certificates are required.',
  },
};
