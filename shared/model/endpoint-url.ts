/** The addresses that a registry may name (WHATWG URL, read by the runtime's own parser). */

/** Each scheme with its own port; null where the URL must give one. */
export const SCHEME_PORTS = { https: 443, grpcs: 443, tls: null, postgres: 5432, mqtts: 8883, rediss: 6379 } as const;
export type Scheme = keyof typeof SCHEME_PORTS;

export type Host = { readonly kind: 'dns' | 'ip'; readonly name: string };

export type EndpointUrl = {
  readonly scheme: Scheme;
  /** As it is dialled: lower case, IPv6 without brackets. */
  readonly host: Host;
  readonly port: number;
  /** Path and query. */
  readonly path: string;
};

const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/;

/** A DNS name (RFC 1123 §2.1, underscores allowed) in lower case, or an IP address without brackets; null for anything else. */
export function parseHost(text: string): Host | null {
  const bracketed = text.includes(':') && !text.startsWith('[') ? `[${text}]` : text;
  const url = /[\s/?#@\\]/.test(text) ? null : URL.parse(`https://${bracketed}`);
  if (url === null || url.port !== '') return null;
  const name = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (name !== url.hostname || /^[\d.]+$/.test(name)) return { kind: 'ip', name };
  const labels = name.replace(/\.$/, '').split('.');
  return name.length <= 254 && labels.every((label) => LABEL.test(label)) ? { kind: 'dns', name } : null;
}

/** The parts of an endpoint's URL, or what is wrong with it: a sentence that repeats no user name or password. */
export function parseEndpointUrl(text: string): EndpointUrl | string {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\/(?!\/)/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return 'expected a URL such as https://host:8443/path';
  if (!Object.hasOwn(SCHEME_PORTS, scheme)) {
    return `unknown scheme "${scheme.slice(0, 20)}"; expected one of ${Object.keys(SCHEME_PORTS).join(', ')}`;
  }
  const own = SCHEME_PORTS[scheme as Scheme];
  // The runtime's parser knows hosts and ports fully for https only.
  const url = /[\s\p{Cc}\\]/u.test(text) ? null : URL.parse(text.replace(/^[^:]*/, 'https'));
  if (url === null) return 'not a URL: check its host and port; no spaces, no backslashes';
  if (url.username !== '' || url.password !== '') return 'a URL may not carry a user name or password';
  if (text.includes('#')) return 'a URL may not carry a fragment (#…): it is never sent';
  const host = parseHost(url.hostname);
  if (host === null) return `"${url.hostname.slice(0, 60)}" is neither a host name nor an IP address`;
  const port = portOf(text, url, own);
  if (port === null) return `${scheme}:// has no port of its own: give one, such as ${scheme}://host:9094`;
  if (port === 0) return 'port 0 cannot be connected to';
  return { scheme: scheme as Scheme, host, port, path: `${url.pathname}${url.search}` };
}

/** Another way in: `https`, or `http` for a port that answers without TLS. */
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
