/** What a server of nginx says on one of its sockets (nginx.org/en/docs/http/ngx_http_ssl_module.html, ngx_stream_ssl_module.html). */

import type { Claim, ClientCertificate } from '../../../model/claim.ts';
import type { Place as ClaimPlace } from '../../../model/place.ts';
import { certificateOf, claimOf, said } from '../../claim-of.ts';
import { knownWord } from '../../known-word.ts';
import { printable } from '../../printable.ts';
import type { ReaderContext } from '../../reader.ts';
import { rulesOf } from './nginx-admission.ts';
import { openedBy } from './nginx-error-pages.ts';
import { forgeable, headersOf, upstreamOf } from './nginx-headers.ts';
import { notesOf } from './nginx-notes.ts';
import type { Directive } from './nginx-parse.ts';
import { onlyRedirects, type Place, placesOf, type Where } from './nginx-places.ts';
import {
  defaultOf,
  hostsOf,
  inherited,
  inheritedAll,
  type Listen,
  levelsOf,
  type Server,
  socketOf,
} from './nginx-server.ts';
import { unreadOf } from './nginx-unread.ts';

const MEANINGS: Readonly<Record<string, ClientCertificate>> = {
  on: 'required',
  optional: 'optional',
  optional_no_ca: 'passed-through',
  off: 'none',
};

type Said = Pick<Claim, 'clientCertificate' | 'plaintext' | 'authorities' | 'revocation' | 'expiry'>;

/** One claim for each socket with TLS, and for each without that does more than redirect; and for each location with rules of its own. */
export const claimsOf = (server: Server, all: readonly Server[], context: ReaderContext): readonly Claim[] =>
  server.listens.flatMap((listen) => {
    if (!listen.isTls && (onlyRedirects(server) || server.kind === 'stream')) return [];
    const [main, ...others] = placesOf(server);
    const usual = rulesFor(server, main);
    const isOther = (place: Place) => plain(rulesFor(server, place)) !== plain(usual);
    const own = others.filter((place) => place.path !== null && isOther(place));
    const [first, ...rest] = [main, ...own].map((place) => claimOfPlace({ server, listen, place, all }, context));
    const patterns = others.filter((place) => place.path === null && isOther(place));
    return first === undefined ? [] : [{ ...first, notes: [...first.notes, ...patterns.map(patternNote)] }, ...rest];
  });

const plain = (rules: ReturnType<typeof rulesOf>): string =>
  JSON.stringify(rules.map(({ effect, all, unread }) => [effect, all, unread]));

const rulesFor = (server: Server, { levels }: Place) =>
  server.kind === 'stream' ? [] : rulesOf(levels, server.outer ?? []);

const claimOfPlace = (where: Where, context: ReaderContext): Claim => {
  const { server, listen, place, all } = where;
  const isDefault = defaultOf(all, listen) === server;
  const at =
    place.location === null || place.path === null
      ? server.at
      : { ...place.location.at, object: `${server.title}, ${place.title}` };
  const rules = listen.isTls ? rulesFor(server, place) : [];
  const first = rules[0];
  const everywhere = all.flatMap((each) => placesOf(each).map(({ levels }) => levels));
  const forged = server.kind === 'stream' ? [] : forgeable(place.levels, everywhere);
  const upstream = upstreamOf(place.levels);
  return claimOf('nginx', context, {
    at,
    endpoint: {
      name: `${server.title}${place.path === null ? '' : ` ${place.path}`}`,
      hosts: [...hostsOf(server, listen, isDefault)],
      ...{ port: listen.port, path: place.path, protocol: protocolOf(where) },
      ...(place.isExact && { exact: true }),
      workload: upstream === null ? null : printable(upstream),
    },
    ...(listen.isTls ? tlsOf(server, listen) : plainOf(listen)),
    admission:
      first === undefined ? null : said({ rules: [...rules], otherwise: 'admit' }, first.at, 'what `if` turns away'),
    otherWays: listen.isTls ? otherWaysOf(where) : [],
    certificates: listen.isTls ? certificatesOf(server) : [],
    headers: [...headersOf(place.levels)],
    notes: [...notesOf(where, isDefault, rules), ...forged.map(forgedNote)],
    unread: [...unreadOf(place.levels)],
  });
};

const patternNote = ({ title }: Place): string => `Other rules count where its ${title} applies.`;

const forgedNote = (name: string): string =>
  `A client’s own header ${name} is passed on as it came: only other places of this configuration overwrite it.`;

const protocolOf = ({ server, listen, place }: Where): string => {
  if (server.kind === 'stream') return 'tls';
  if (!listen.isTls) return 'http';
  return inherited(place.levels.slice(-1), 'grpc_pass') === null ? 'https' : 'grpcs';
};

const plainOf = ({ at }: Listen): Said => ({
  clientCertificate: said('none', at, 'the socket has no `ssl`'),
  plaintext: said('allowed', at, 'the socket has no `ssl`'),
  ...{ authorities: null, revocation: null, expiry: null },
});

const tlsOf = (server: Server, listen: Listen): Said => {
  const directive = inherited(levelsOf(server), 'ssl_verify_client');
  const meaning = knownWord(MEANINGS, directive?.args[0] ?? 'off') ?? null;
  const isAsked = meaning !== null && meaning !== 'none';
  const isUnsaid = meaning === null || (directive === null && server.outer === null);
  return {
    clientCertificate: isUnsaid ? null : clientOf(server, directive, meaning),
    plaintext: said('refused', listen.at, 'the socket has `ssl`'),
    authorities: null,
    revocation: isAsked ? revocationOf(server) : null,
    expiry: isAsked ? said('checked', placed(directive, server.at), 'nginx forgives no date') : null,
  };
};

const clientOf = (
  server: Server,
  directive: Directive | null,
  meaning: ClientCertificate,
): Claim['clientCertificate'] => {
  const whose = directive === null || server.own.includes(directive) ? '' : ` of the block \`${server.kind}\``;
  const because =
    directive === null
      ? '`ssl_verify_client` is `off` unless it is set'
      : `\`ssl_verify_client ${printable(directive.args[0] ?? '', 40)}\`${whose}`;
  const opened = meaning === 'required' || meaning === 'optional' ? openedBy(server) : null;
  if (opened === null) return said(meaning, placed(directive, server.at), because);
  return said(
    opened.errors.includes('495') ? 'passed-through' : 'optional',
    placed(opened.directive, server.at),
    `${because}, and \`error_page ${printable(opened.directive.args.join(' '), 100)}\` lets in whom it refuses`,
  );
};

const placed = (directive: Directive | null, otherwise: ClaimPlace): ClaimPlace =>
  directive === null ? otherwise : { ...directive.at, object: otherwise.object };

const revocationOf = (server: Server): Claim['revocation'] => {
  const crl = inherited(levelsOf(server), 'ssl_crl');
  const ocsp = inherited(levelsOf(server), 'ssl_ocsp');
  const asks = ocsp !== null && ocsp.args[0] !== 'off';
  const at = placed(crl ?? (asks ? ocsp : null), server.at);
  if (crl !== null) return said(asks ? 'crl-and-ocsp' : 'crl', at, asks ? '`ssl_crl` and `ssl_ocsp`' : '`ssl_crl`');
  return asks ? said('ocsp', at, '`ssl_ocsp`') : said('none', at, 'neither `ssl_crl` nor `ssl_ocsp`');
};

const certificatesOf = (server: Server): Claim['certificates'] =>
  inheritedAll(levelsOf(server), 'ssl_certificate').map(({ args: [name = ''], at }) =>
    certificateOf({ use: 'served', name: printable(name), at: { ...at, object: server.title } }),
  );

/** Sockets without TLS of the same server, or of one with a name in common, that do more than redirect. */
const otherWaysOf = ({ server, all }: Where): Claim['otherWays'] =>
  all
    .filter(
      (other) => other === server || (other.kind === 'http' && other.names.some((name) => server.names.includes(name))),
    )
    .filter((other) => server.kind === 'http' && !onlyRedirects(other))
    .flatMap((other) =>
      other.listens
        .filter(({ isTls }) => !isTls)
        .map((listen) => {
          const [host] = hostsOf(other, listen, true);
          const url =
            host === undefined || host.startsWith('*') || listen.port === null
              ? null
              : `http://${bracketed(host)}:${listen.port}/`;
          return { what: `the socket ${socketOf(listen)} without TLS`, url, at: { ...listen.at, object: other.title } };
        }),
    );

const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);
