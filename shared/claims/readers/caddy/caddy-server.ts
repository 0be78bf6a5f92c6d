/** Servers of Caddy: where they listen, and whether they have TLS (caddyserver.com/docs/automatic-https). */

import type { Field } from '../../field.ts';
import { portOfText } from '../../port-text.ts';
import { printable } from '../../printable.ts';
import { type Route, routesIn } from './caddy-routes.ts';

export type Server = {
  readonly name: string;
  readonly field: Field;
  readonly routes: readonly Route[];
  readonly isTls: boolean;
  /** A clause; of a server without TLS. */
  readonly whyPlain: string;
  /** Null where it is not set: then it is on where a policy asks for certificates. */
  readonly isStrict: boolean | null;
};
/** `text`: as it is written. The host is `*` for every address. */
export type Address = { readonly text: string; readonly host: string; readonly port: number | null };

export const serversIn = (http: Field, name: string, field: Field): Server => {
  const routes = routesIn(field.get('routes'));
  const automatic = field.get('automatic_https');
  const skipped = [...automatic.get('skip').texts(), ...automatic.get('skip_certificates').texts()];
  const hosts = routes.flatMap((route) => route.hosts).filter((host) => !skipped.includes(host));
  const httpPort = http.get('http_port').port() ?? 80;
  const hasPolicies = field.get('tls_connection_policies').items().length > 0;
  const isHttpOnly = field
    .get('listen')
    .texts()
    .every((text) => addressOf(text)?.port === httpPort);
  // Without policies a server has TLS where Caddy manages a certificate for one of its hosts.
  const isManaged = automatic.get('disable').boolean() !== true && hosts.length > 0 && !isHttpOnly;
  return {
    ...{ name: printable(name, 100), field, routes },
    isTls: (hasPolicies && !isHttpOnly) || isManaged,
    whyPlain: isHttpOnly
      ? 'the port is that of HTTP'
      : 'the server has neither connection policies nor hosts to manage a certificate for',
    isStrict: field.get('strict_sni_host').boolean(),
  };
};

/** In the order in which they are tried. A server without policies has one, which is absent. */
export const policiesIn = ({ field }: Server): readonly Field[] => {
  const policies = field.get('tls_connection_policies').items();
  return policies.length > 0 ? policies : [field.get('tls_connection_policies[]')];
};

export const addressesIn = ({ field }: Server): readonly Address[] =>
  field
    .get('listen')
    .texts()
    .flatMap((text) => addressOf(text) ?? []);

/** Of `:443`, `127.0.0.1:8443`, `tcp/[::]:443`. Null for a socket of this machine only. */
const addressOf = (text: string): Address | null => {
  const plain = text.replace(/^(tcp|tcp4|tcp6|udp|quic)\//, '');
  if (/^(unix|fd)/.test(plain)) return null;
  const colon = plain.lastIndexOf(':');
  const host = plain.slice(0, Math.max(0, colon)).replaceAll(/^\[|\]$/g, '');
  const port = plain.slice(colon + 1);
  const isAny = ['', '0.0.0.0', '::'].includes(host);
  return { text: printable(text, 100), host: isAny ? '*' : host, port: portOfText(port) };
};

/** Those of its routes that no policy names, and its address. */
export const hostsOf = (server: Server, { host }: Address): readonly string[] => {
  const taken = server.field
    .get('tls_connection_policies')
    .items()
    .flatMap((policy) => policy.get('match', 'sni').texts());
  const hosts = server.routes.flatMap((route) => route.hosts).filter((each) => !taken.includes(each));
  return [...new Set([...hosts.map((each) => printable(each)), ...(host === '*' ? [] : [host])])];
};
