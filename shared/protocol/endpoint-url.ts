/** The URLs that a registry may name (WHATWG URL, read by the runtime's own parser). Not supported: user names, passwords, fragments. */

import { type Host, parseHost } from '../model/host.ts';
import { ownPort, SCHEME_NAMES, type Scheme } from './protocols.ts';

export type EndpointUrl = {
  readonly scheme: Scheme;
  /** Lower case, IPv6 without brackets. */
  readonly host: Host;
  readonly port: number;
  /** Path and query. */
  readonly path: string;
};

/** The parts of an endpoint's URL, or what is wrong with it: a sentence that repeats no user name or password. */
export function parseEndpointUrl(text: string): EndpointUrl | string {
  const written = /^([a-z][a-z0-9+.-]*):\/\/(?!\/)/i.exec(text)?.[1]?.toLowerCase();
  if (written === undefined) return 'expected a URL such as https://host:8443/path';
  const scheme = SCHEME_NAMES.find((name) => name === written);
  if (scheme === undefined)
    return `unknown scheme "${written.slice(0, 20)}"; expected one of ${SCHEME_NAMES.join(', ')}`;
  // The runtime's parser knows hosts and ports fully for https only.
  const url = /[\s\p{Cc}\\]/u.test(text) ? null : URL.parse(text.replace(/^[^:]*/, 'https'));
  if (url === null) return 'not a URL: check its host and port; no spaces, no backslashes';
  if (url.username !== '' || url.password !== '') return 'a URL may not carry a user name or password';
  if (text.includes('#')) return 'a URL may not carry a fragment (#…): it is never sent';
  const host = parseHost(url.hostname);
  if (host === null) return `"${url.hostname.slice(0, 60)}" is neither a host name nor an IP address`;
  const port = portOf(text, url, ownPort(scheme));
  if (port === null) return `${scheme}:// has no port of its own: give one, such as ${scheme}://host:9094`;
  if (port === 0) return 'port 0 cannot be connected to';
  return { scheme, host, port, path: `${url.pathname}${url.search}` };
}

/** The URL of a bypass: `https`, or `http` for a port that answers without TLS; or what is wrong with it, as a sentence. */
export function parseBypassUrl(text: string): (EndpointUrl & { readonly plaintext: boolean }) | string {
  const plaintext = /^http:/i.test(text);
  if (!plaintext && !/^https:/i.test(text)) return 'expected a URL such as https://host/path or http://host/path';
  const port = /^http:\/\/(?:\[[^\]]*\]|[^/?#:]*)(?=[/?#]|$)/i.test(text) ? 80 : null;
  const read = parseEndpointUrl(text.replace(/^http:/i, 'https:'));
  return typeof read === 'string' ? read : { ...read, port: port ?? read.port, plaintext };
}

/** The parser drops `:443`, https' own port, whatever the scheme was. */
const portOf = (text: string, url: URL, own: number | null): number | null =>
  url.port !== '' ? Number(url.port) : /^[^/]*\/\/[^/?#]*:0*443(?=[/?#]|$)/.test(text) ? 443 : own;
