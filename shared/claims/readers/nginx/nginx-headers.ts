/** In which headers nginx passes on who the client is, and where a client’s own header of that name gets through (nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_set_header). */
import { printable } from '../../printable.ts';
import type { Directive } from './nginx-parse.ts';
import { inherited, inheritedAll } from './nginx-server.ts';

type Levels = readonly (readonly Directive[])[];

/** What passes requests on, and what sets their headers. */
const PASSES = { proxy_pass: 'proxy_set_header', grpc_pass: 'grpc_set_header' } as const;
const PARAMETERS = ['fastcgi_param', 'uwsgi_param', 'scgi_param'] as const;

const isOfClient = ({ args }: Directive): boolean => args.slice(1).some((value) => value.includes('$ssl_client_'));
const namesOf = (directives: readonly Directive[]): readonly string[] => [
  ...new Set(directives.flatMap(({ args: [name = ''] }) => printable(name, 100))),
];

/** Of one place of a server: the headers and parameters that carry something of the certificate. */
export const headersOf = (levels: Levels): readonly string[] =>
  namesOf([...Object.values(PASSES), ...PARAMETERS].flatMap((name) => inheritedAll(levels, name)).filter(isOfClient));

/** What a place passes on to: `http://backend`; null for what it answers itself. */
export const upstreamOf = (levels: Levels): string | null => {
  const passes = [...Object.keys(PASSES), 'fastcgi_pass', 'uwsgi_pass', 'scgi_pass'];
  const pass = passes.map((name) => inherited(levels.slice(-1), name)).find((each) => each !== null);
  return pass?.args[0] ?? null;
};

/** `scheme://group` of an upstream: what stands behind its path. */
const groupOf = (upstream: string): string => upstream.replace(/^[a-z]+:\/\//, '').replace(/\/.*$/, '');

/** Headers that another place sets for the same upstream, and that this place leaves as a client sent them. `all`: every place of the configuration. */
export const forgeable = (levels: Levels, all: readonly Levels[]): readonly string[] => {
  const upstream = upstreamOf(levels);
  if (upstream === null) return [];
  const set = new Set(
    Object.values(PASSES)
      .flatMap((name) => inheritedAll(levels, name))
      .map(({ args: [name = ''] }) => name.toLowerCase()),
  );
  const trusted = all
    .filter((other) => groupOf(upstreamOf(other) ?? '') === groupOf(upstream))
    .flatMap((other) => Object.values(PASSES).flatMap((name) => inheritedAll(other, name)))
    .filter(isOfClient);
  return namesOf(trusted).filter((name) => !set.has(name.toLowerCase()));
};
