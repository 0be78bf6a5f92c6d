/** The servers of an nginx: their names, their listening sockets and which server answers for a socket by default (nginx.org/en/docs/http/request_processing.html). */

import type { Place } from '../../../model/place.ts';
import { portOfText } from '../../port-text.ts';
import { printable } from '../../printable.ts';
import type { Directive } from './nginx-parse.ts';

export type Listen = {
  /** `*` for every address. */
  readonly address: string;
  readonly port: number | null;
  readonly isTls: boolean;
  readonly isDefault: boolean;
  readonly at: Place;
};
export type Server = {
  readonly kind: 'http' | 'stream';
  /** Directives of `http` or `stream`; null where only the server itself was given. */
  readonly outer: readonly Directive[] | null;
  readonly own: readonly Directive[];
  readonly at: Place;
  readonly title: string;
  readonly names: readonly string[];
  readonly listens: readonly Listen[];
};

export const named = (directives: readonly Directive[], ...names: readonly string[]): readonly Directive[] =>
  directives.filter(({ name }) => names.includes(name));

/** A directive of the innermost level that has it: a level replaces what it inherits. */
export const inherited = (levels: readonly (readonly Directive[])[], name: string): Directive | null =>
  levels.findLast((level) => level.some((directive) => directive.name === name))?.find((each) => each.name === name) ??
  null;

/** All of that name at the innermost level that has one: as `proxy_set_header` is inherited. */
export const inheritedAll = (levels: readonly (readonly Directive[])[], name: string): readonly Directive[] =>
  named(levels.findLast((level) => level.some((directive) => directive.name === name)) ?? [], name);

/** The levels of a server, outermost first. */
export const levelsOf = ({ outer, own }: Server): readonly (readonly Directive[])[] => [outer ?? [], own];

export const serversOf = (directives: readonly Directive[]): readonly Server[] => [
  ...directives.flatMap(({ name, block }) =>
    (name === 'http' || name === 'stream') && block !== null
      ? named(block, 'server').map((server) => serverOf(name, server, block))
      : [],
  ),
  // A file of conf.d, without the file that includes it.
  ...named(directives, 'server').map((server) => serverOf('http', server, null)),
];

const serverOf = (kind: Server['kind'], { block, at }: Directive, outer: Server['outer']): Server => {
  const own = block ?? [];
  const names = named(own, 'server_name').flatMap(({ args }) => args.map((name) => name.toLowerCase()));
  const isTls = inherited([outer ?? [], own], 'ssl')?.args[0] === 'on';
  const listens = named(own, 'listen').flatMap((listen) => listenOf(listen, isTls));
  const spoken = names.find((name) => /^[a-z0-9*]/.test(name));
  const title = printable(`server ${spoken ?? (listens[0] === undefined ? '' : socketOf(listens[0]))}`.trim());
  const usual = { address: '*', port: 80, isTls, isDefault: false, at };
  return {
    ...{ kind, outer, own, names, title, at: { ...at, object: title } },
    listens: named(own, 'listen').length === 0 && kind === 'http' ? [usual] : listens,
  };
};

/** Of `listen [::]:8443 ssl default_server`. A socket of this machine only (`unix:`) leads nobody here. `port` is null for a range. */
const listenOf = ({ args: [where = '', ...options], at }: Directive, isTls: boolean): readonly Listen[] => {
  if (where.startsWith('unix:')) return [];
  const found = /^(?:(?<address>\[[^\]]*\]|[^:[\]]*[^:[\]\d][^:[\]]*|\d+\.[\d.]+)(?::|$))?(?<port>[\d-]*)$/.exec(where);
  const { address = '*', port = '' } = found?.groups ?? {};
  return [
    {
      address: address === '0.0.0.0' ? '*' : address.replaceAll(/^\[|\]$/g, ''),
      port: port === '' ? 80 : portOfText(port),
      isTls: isTls || options.includes('ssl') || options.includes('quic'),
      isDefault: options.includes('default_server') || options.includes('default'),
      at,
    },
  ];
};

export const socketOf = ({ address, port }: Pick<Listen, 'address' | 'port'>): string =>
  `${address.includes(':') ? `[${address}]` : address}:${port ?? ''}`;

/** The server that answers on a socket where no name is said, or one that nobody has. */
export const defaultOf = (servers: readonly Server[], listen: Listen): Server | null => {
  const sharing = servers.flatMap((server) =>
    server.listens.filter((each) => socketOf(each) === socketOf(listen)).map((each) => ({ server, each })),
  );
  return (sharing.find(({ each }) => each.isDefault) ?? sharing[0])?.server ?? null;
};

/** Names for a URL. Regular expressions, `_` and names that end in `*` lead there too, and cannot be written down. */
export const hostsOf = (server: Server, listen: Listen, isDefault: boolean): readonly string[] => {
  const names = server.names.flatMap((name) => {
    if (name.startsWith('.')) return [name.slice(1), `*${name}`];
    return /^(\*\.)?[a-z0-9][a-z0-9._-]*$/.test(name) ? [name] : [];
  });
  const isAddress = !['*', '::'].includes(listen.address);
  return [...new Set([...names, ...(isDefault && isAddress ? [listen.address] : [])])];
};
