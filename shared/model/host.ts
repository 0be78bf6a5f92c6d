/** Host names and IP addresses in a registry. */

export type Host = { readonly kind: 'dns' | 'ip'; readonly name: string };

const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/;

/**
 * Returns a DNS name (RFC 1123 §2.1, underscores allowed) in lower case, or an IP address without brackets; null for anything else. Not supported:
 * a port, a wildcard.
 */
export function parseHost(text: string): Host | null {
  const bracketed = text.includes(':') && !text.startsWith('[') ? `[${text}]` : text;
  const url = /[\s/?#@\\]/.test(text) ? null : URL.parse(`https://${bracketed}`);
  if (url === null || url.port !== '') return null;
  const name = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (name !== url.hostname || /^[\d.]+$/.test(name)) return { kind: 'ip', name };
  const labels = name.replace(/\.$/, '').split('.');
  return name.length <= 254 && labels.every((label) => LABEL.test(label)) ? { kind: 'dns', name } : null;
}
