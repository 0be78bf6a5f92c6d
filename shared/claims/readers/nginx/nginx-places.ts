/** The places of a server that may answer differently: the server itself, and its locations (nginx.org/en/docs/http/ngx_http_core_module.html#location). */
import { printable } from '../../printable.ts';
import type { Directive } from './nginx-parse.ts';
import { type Listen, levelsOf, named, type Server } from './nginx-server.ts';

export type Place = {
  /** Outermost first. */
  readonly levels: readonly (readonly Directive[])[];
  readonly location: Directive | null;
  /** Null for all paths, and for a location that is a regular expression. */
  readonly path: string | null;
  /** Whether only this very path is meant (`location = /healthz`). */
  readonly isExact: boolean;
  readonly title: string | null;
};

/** A place of a server on one of its sockets. `all`: every server of its kind. */
export type Where = {
  readonly server: Server;
  readonly listen: Listen;
  readonly place: Place;
  readonly all: readonly Server[];
};

/** First where most requests go: `location /`, else the server itself. Then every other location, with those inside it. */
export const placesOf = (server: Server): readonly [Place, ...Place[]] => {
  const levels = levelsOf(server);
  const locations = locationsIn(levels);
  const isWhole = ({ path, isExact }: Place) => path === '/' && !isExact;
  const whole = locations.find(isWhole);
  const main: Place = {
    ...{ levels: whole?.levels ?? levels, location: whole?.location ?? null },
    ...{ path: null, isExact: false, title: null },
  };
  return [main, ...locations.filter((place) => !isWhole(place))];
};

const locationsIn = (levels: Place['levels']): readonly Place[] =>
  named(levels.at(-1) ?? [], 'location').flatMap((location): readonly Place[] => {
    const { args, block } = location;
    const inner = [...levels, block ?? []];
    const nested = locationsIn(inner);
    // Reached only by an internal redirect.
    const isInternal = args[0]?.startsWith('@') === true || named(block ?? [], 'internal').length > 0;
    if (isInternal) return nested;
    const place = {
      ...{ levels: inner, location, path: pathOf(args), isExact: args[0] === '=' },
      title: printable(`location ${args.join(' ')}`),
    };
    return [place, ...nested];
  });

const pathOf = (args: readonly string[]): string | null => {
  if (args.length === 1) return args[0] ?? null;
  return args[0] === '=' || args[0] === '^~' ? (args[1] ?? null) : null;
};

const CHALLENGE = '/.well-known/acme-challenge';

/** Whether all that a server does is to send clients to `https://`; it may answer challenges of ACME. */
export const onlyRedirects = (server: Server): boolean => {
  if (isRedirect(server.own)) return true;
  const locations = named(server.own, 'location').filter(({ args }) => !args.some((arg) => arg.startsWith(CHALLENGE)));
  return locations.length > 0 && locations.every(({ block }) => isRedirect(block ?? []));
};

const isRedirect = (directives: readonly Directive[]): boolean =>
  directives.some(
    ({ name, args }) =>
      (name === 'return' && /^30[1278]$/.test(args[0] ?? '') && (args[1] ?? '').startsWith('https:')) ||
      (name === 'return' && /^(444|4\d\d)$/.test(args[0] ?? '')) ||
      (name === 'rewrite' &&
        (args[1] ?? '').startsWith('https:') &&
        /^(\^|\.\*|\^\.\*|\^\(\.\*\))\$?$/.test(args[0] ?? '')),
  );
