import type { Endpoint } from '../model/registry.ts';
import type { Case, Scenario } from './scenario.ts';

const detour = { kind: 'forged-header' } as const;

const cases = ({ refuses }: Endpoint): readonly Case<typeof detour>[] => [
  { subject: null, presented: { kind: 'none' }, detour },
  ...refuses.map((identity) => ({ subject: identity, presented: { kind: 'identity', identity } as const, detour })),
];

export const forgedHeader: Scenario<'forged-header'> = {
  name: 'forged-header',
  column: { head: 'forge', meaning: 'headers that claim an identity' },
  family: 'detour',
  suite: 'isolation',
  always: false,
  needs: 'carriesHeaders',
  onRoutes: false,
  presents:
    'no certificate, and each of `refuses`, with the headers in which proxies forward a verified identity, naming the control’s',
  expects: 'rejected',
  citation: 'RFC 9440 §2.4: such fields of an incoming request are removed or overwritten',
  cases,
  add: null,
  fault: null,
  minted: false,
  mayMeetAnotherCertificate: false,
  comparedWithout: true,
  /** Each family of headers by itself, and the same client without them. */
  attempts: 16,
  acceptanceProves: null,
  cause: 'FORGED_HEADER_BELIEVED',
  acceptance: {
    to: 'headers that claim the control’s identity',
    meaning:
      'The application believes a header that any client can write: a client has to name an identity, not to prove it.',
    causes: [
      'The proxy in front forwards such headers from its clients instead of removing or overwriting them.',
      'The application can be reached without passing the proxy that sets them.',
    ],
    cure: {
      what: 'Overwrite or remove these headers where TLS ends',
      by: 'headers',
      besides: ', and let only the proxy reach the application',
    },
  },
};
