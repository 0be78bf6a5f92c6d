/** What a frontend of HAProxy says on one of its addresses. */
import type { Claim, ClientCertificate } from '../../../model/claim.ts';
import type { Place } from '../../../model/place.ts';
import { certificateOf, claimOf, said } from '../../claim-of.ts';
import { printable } from '../../printable.ts';
import type { ReaderContext } from '../../reader.ts';
import {
  type Address,
  type Bind,
  forgivesExpiry,
  forgivesIssuer,
  forgivesRevocation,
  type ListedOptions,
  mergedOptions,
  type Options,
} from './haproxy-bind.ts';
import type { Frontend } from './haproxy-frontend.ts';
import { forgeable, headersOf } from './haproxy-headers.ts';
import { type Rules, rulesOf } from './haproxy-rules.ts';

/** `listed`: the lines of the crt-list that a bind names; null where that file is not there. */
export type Given = {
  readonly frontends: readonly Frontend[];
  readonly listed: (name: string) => readonly ListedOptions[] | null;
};

/** One for each address; with a crt-list, one for each line: without names it is for those of its certificate, and the first for clients without SNI. */
export const claimsOf = (frontend: Frontend, given: Given, context: ReaderContext): readonly Claim[] =>
  frontend.binds.flatMap((bind) =>
    bind.addresses.flatMap((address) => {
      const { onlyRedirects } = rulesOf(frontend.lines, bind.isTls, false);
      if (!bind.isTls && onlyRedirects) return [];
      const lines = bind.crtList === null ? null : given.listed(bind.crtList);
      const where = { frontend, bind, address };
      if (!bind.isTls) return [plainClaim(where, given, context)];
      if (lines === null || lines.length === 0)
        return [tlsClaim({ ...where, options: bind.options, names: [] }, given, context)];
      return lines.map(({ options, names }) =>
        tlsClaim({ ...where, options: mergedOptions(bind.options, options), names }, given, context),
      );
    }),
  );

type Where = { readonly frontend: Frontend; readonly bind: Bind; readonly address: Address };
type TlsWhere = Where & { readonly options: Options; readonly names: readonly string[] };

const tlsClaim = (where: TlsWhere, given: Given, context: ReaderContext): Claim => {
  const { frontend, bind, address, options, names } = where;
  const forgives = forgivesIssuer(options) || forgivesExpiry(options);
  const rules = rulesOf(frontend.lines, true, forgives);
  const hosts = [
    ...names.filter((name) => !name.startsWith('!') && name !== '*'),
    ...(address.host === '*' ? [] : [address.host]),
  ];
  const at = placeOf(where);
  const [first] = rules.rules;
  return claimOf('haproxy', context, {
    at,
    endpoint: {
      name: nameOf(where),
      hosts,
      port: address.port,
      workload: workloadOf(frontend),
      protocol: frontend.mode === 'http' ? 'https' : 'tls',
    },
    ...clientsOf(options, rules, at),
    plaintext: said('refused', at, '`bind` has `ssl`'),
    admission: first === undefined ? null : said({ rules: [...rules.rules], otherwise: 'admit' }, first.at),
    otherWays: [...plainWays(where, given), ...weakerNames(where, given)],
    certificates: options.crt.map((name) => certificateOf({ use: 'served', name: printable(name), at })),
    headers: [...headersOf(frontend)],
    notes: [...notesOf(where, given, rules), ...forgeable(frontend, given.frontends)],
    unread: bind.unread.map((word) => ({ at, path: `bind ${printable(word, 60)}` })),
  });
};

const placeOf = ({ frontend, bind }: Where): Place => ({
  ...bind.at,
  object: printable(frontend.section.at.object ?? ''),
});
const nameOf = ({ frontend, address, ...more }: Where & { readonly names?: readonly string[] }): string =>
  [frontend.section.at.object, `${address.host}:${address.port ?? ''}`, ...(more.names ?? [])].join(' ');
const workloadOf = ({ backends: [first, ...more] }: Frontend): string | null =>
  first === undefined || more.length > 0 ? null : printable(`backend ${first.name}`);

type Clients = Pick<Claim, 'clientCertificate' | 'authorities' | 'revocation' | 'expiry'>;

const clientsOf = (options: Options, { verifiedBy }: Rules, at: Place): Clients => {
  const verify = options.verify ?? 'none';
  const because = options.verify === null ? '`verify` is `none` unless it is set' : `\`verify ${verify}\``;
  const none = { authorities: null, revocation: null, expiry: null };
  if (verify === 'none') return { clientCertificate: said('none', at, because), ...none };
  const forgives = forgivesIssuer(options);
  const whole = forgives ? `${because}, and errors of its issuer are forgiven` : because;
  const value: ClientCertificate = forgives && verifiedBy === null ? 'passed-through' : verify;
  const judged = verifiedBy === null ? whole : `${whole}; a rule looks at \`ssl_c_verify\``;
  return {
    clientCertificate: said(value, at, judged),
    authorities: null,
    revocation: revocationOf(options, verifiedBy !== null, at),
    expiry:
      forgivesExpiry(options) && verifiedBy === null
        ? said('ignored', at, '`crt-ignore-err` forgives that it has ended (10)')
        : said(
            'checked',
            at,
            forgivesExpiry(options) ? 'a rule looks at `ssl_c_verify`' : 'nothing forgives that it has ended',
          ),
  };
};

const revocationOf = (options: Options, isVerified: boolean, at: Place): Claim['revocation'] => {
  if (options.crlFile === null) return said('none', at, '`bind` has no `crl-file`');
  return forgivesRevocation(options) && !isVerified
    ? said('none', at, '`crt-ignore-err` forgives that it is revoked (23)')
    : said('crl', at, '`crl-file`');
};

const notesOf = ({ bind, options }: TlsWhere, { listed }: Given, { rules }: Rules): readonly string[] => [
  ...(options.caFile === null || (options.verify ?? 'none') === 'none'
    ? []
    : [`It trusts the CAs in ${printable(options.caFile)}; what is in there is not in this source.`]),
  ...(bind.crtList !== null && listed(bind.crtList) === null
    ? [`Options of single names stand in ${printable(bind.crtList)}, which is not in this source.`]
    : []),
  ...(options.verify === 'optional'
    ? [
        `TLS lets clients in without a certificate; ${rules.some(({ all }) => all[0]?.not) ? 'a rule of this configuration turns them away' : 'whatever stands behind has to turn them away'}.`,
      ]
    : []),
];

/** Addresses without TLS that lead to the same. */
const plainWays = ({ frontend }: Where, { frontends }: Given): Claim['otherWays'] =>
  frontends
    .filter((other) => other === frontend || other.backends.some((each) => frontend.backends.includes(each)))
    .filter(({ mode, lines }) => mode === 'http' && !rulesOf(lines, false, false).onlyRedirects)
    .flatMap((other) =>
      other.binds
        .filter(({ isTls }) => !isTls)
        .flatMap((bind) =>
          bind.addresses.map(({ host, port }) => ({
            what: `the address ${host}:${port ?? ''} without TLS`,
            url: host === '*' || port === null ? null : `http://${host.includes(':') ? `[${host}]` : host}:${port}/`,
            at: placeOf({ frontend: other, bind, address: { host, port } }),
          })),
        ),
    );

const ORDER = ['required', 'optional', 'none'];

/** HAProxy does not hold `Host` against SNI: what another name of the same bind lets in reaches everything. */
const weakerNames = ({ bind, options }: TlsWhere, { listed }: Given): Claim['otherWays'] =>
  (bind.crtList === null ? [] : (listed(bind.crtList) ?? [])).flatMap((line) => {
    const verify = line.options.verify ?? bind.options.verify ?? 'none';
    const isWeaker = ORDER.indexOf(verify) > ORDER.indexOf(options.verify ?? 'none');
    const name = line.names.find((each) => !each.startsWith('!'));
    return isWeaker
      ? [
          {
            what: `the SNI ${printable(name ?? 'of its certificate')}, with \`verify ${verify}\``,
            url: null,
            at: line.at,
          },
        ]
      : [];
  });

/** Without TLS of its own: it answers, or it passes bytes on to a bind of this configuration that has TLS. */
const plainClaim = (where: Where, given: Given, context: ReaderContext): Claim => {
  const { frontend, address } = where;
  const at = placeOf(where);
  const { host, port } = address;
  const inner = frontend.mode === 'http' ? undefined : tlsBehind(frontend, given);
  const isPlain = frontend.mode === 'http' || frontend.backends.some(({ mode }) => mode === 'http');
  const innerClaim =
    inner === undefined ? undefined : tlsClaim({ ...inner, options: inner.bind.options, names: [] }, given, context);
  const because = frontend.mode === 'http' ? '`bind` has no `ssl`' : 'it leads to a backend of `mode http`';
  return claimOf('haproxy', context, {
    ...(innerClaim ?? {}),
    at,
    endpoint: {
      ...{ name: nameOf(where), hosts: host === '*' ? [] : [host], port, workload: workloadOf(frontend) },
      protocol: innerClaim?.endpoint.protocol ?? (frontend.mode === 'http' ? 'http' : null),
    },
    clientCertificate: innerClaim?.clientCertificate ?? (frontend.mode === 'http' ? said('none', at, because) : null),
    plaintext: isPlain ? said('allowed', at, because) : null,
    otherWays: [],
    notes: innerClaim?.notes ?? (isPlain ? [] : ['It passes bytes on: whatever stands behind makes the handshake.']),
  });
};

const tlsBehind = (frontend: Frontend, { frontends }: Given): Where | undefined => {
  const servers = new Set(frontend.backends.flatMap((backend) => backend.servers));
  return frontends
    .flatMap((other) =>
      other.binds.flatMap((bind) => bind.addresses.map((address) => ({ frontend: other, bind, address }))),
    )
    .find(({ bind, address: { host, port } }) => bind.isTls && servers.has(`${host}:${port ?? ''}`));
};
