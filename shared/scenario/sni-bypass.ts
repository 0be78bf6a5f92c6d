import type { DetourNamed } from '../model/check.ts';
import type { Endpoint } from '../model/registry.ts';
import { ATTEMPTS, type Case, type Scenario } from './scenario.ts';

/** RFC 6761 §6.4: a name that cannot be registered. */
const UNKNOWN = 'mtls-monitor-knows-no-such-name.invalid';

const variant = (subject: string, serverName: string | null): Case<DetourNamed<'sni-bypass'>> => ({
  subject,
  presented: { kind: 'none' },
  detour: { kind: 'sni-bypass', serverName },
});

const cases = ({ serverName, siblings }: Endpoint): readonly Case<DetourNamed<'sni-bypass'>>[] => {
  const others = new Set(siblings.flatMap((sibling) => sibling.serverName ?? []).filter((name) => name !== serverName));
  return [
    ...(serverName === null ? [] : [variant('none', null)]),
    variant('unknown', UNKNOWN),
    ...[...others].map((name) => variant(name, name)),
  ];
};

export const sniBypass: Scenario<'sni-bypass'> = {
  name: 'sni-bypass',
  column: { head: 'sni', meaning: 'another name in the handshake' },
  family: 'detour',
  suite: 'enforcement',
  always: false,
  needs: 'namesServerTwice',
  onRoutes: false,
  presents:
    'no certificate and another SNI than Host: none, an unknown name, each other name registered at the same address and port',
  expects: 'rejected',
  citation: 'RFC 6066 §3, RFC 9110 §7.4: a request for another host than the handshake’s is misdirected (421)',
  cases,
  add: null,
  fault: null,
  minted: false,
  mayMeetAnotherCertificate: true,
  comparedWithout: false,
  attempts: ATTEMPTS,
  acceptanceProves: null,
  cause: 'NAME_DECIDES_CLIENT_AUTHENTICATION',
  acceptance: {
    to: 'a client without a certificate that names this host only inside TLS',
    meaning:
      'Client authentication depends on the name in the handshake, and the request may name another host: a client that sends no name there, or another name, needs no certificate.',
    causes: [
      'Client authentication is set for this server name only; another one, or the default, has none.',
      'The proxy chooses the backend by Host and does not compare it with SNI.',
    ],
    cure: {
      what: 'Refuse requests whose Host is not the handshake’s name, and unknown names',
      by: 'names',
      besides: ', or require certificates of every name of the port',
    },
  },
};
