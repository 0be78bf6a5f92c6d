/**
 * Reads name constraints and compares names with them (RFC 5280 §4.2.1.10, §6.1.4 (g)). A DNS subtree with a leading dot contains only names below
 * it, as in OpenSSL and Go. Not supported:
 * - otherName, x400Address, ediPartyName and registeredID: a name of such a form is rejected when a subtree has the same form.
 * - `minimum` other than 0, its default, and `maximum`, which §4.2.1.10 does not use: a subtree with either makes the extension unreadable.
 */
import { readAll, readTlv } from '../asn1/der.ts';
import { numberOf } from './extension-values.ts';
import { type SubtreeName, shownName, subtreeName } from './subtree-name.ts';

export type NameConstraints = { readonly permitted: readonly SubtreeName[]; readonly excluded: readonly SubtreeName[] };

const PERMITTED = 0xa0;
const EXCLUDED = 0xa1;
const MINIMUM = 0x80;

const subtreeOf = (content: Uint8Array): SubtreeName => {
  const [base, ...limits] = readAll(content);
  if (base === undefined || limits.some(({ tag, content }) => tag !== MINIMUM || numberOf(content) !== 0))
    throw new RangeError('a subtree with minimum or maximum');
  const name = subtreeName(base);
  if (name.kind === 'ip' && name.bytes.length !== 8 && name.bytes.length !== 32)
    throw new RangeError('a subtree of addresses without its mask');
  return name;
};

/** Returns the constraints in the extension's value. Throws a RangeError for an unreadable value, and for a subtree with `minimum` or `maximum`. */
export const nameConstraintsOf = (value: Uint8Array): NameConstraints => {
  const lists = readAll(readTlv(value).content);
  const of = (tag: number) =>
    lists
      .filter((each) => each.tag === tag)
      .flatMap(({ content }) => readAll(content).map((each) => subtreeOf(each.content)));
  if (lists.length === 0 || lists.some(({ tag }) => tag !== PERMITTED && tag !== EXCLUDED))
    throw new RangeError('no name constraints');
  return { permitted: of(PERMITTED), excluded: of(EXCLUDED) };
};

/**
 * Whether `domain` contains `host` as a subdomain: `.example.com` and `example.com` contain `a.example.com`; the empty domain contains every host.
 */
const isBelow = (host: string, domain: string): boolean =>
  domain === '' || host.endsWith(domain.startsWith('.') ? domain : `.${domain}`);

const holdsDns = (name: string, base: string): boolean => name === base || isBelow(name, base);

/** For e-mail addresses and URIs: a base without a leading dot contains that host only, a base with one contains the hosts below it. */
const holdsHost = (host: string, base: string): boolean =>
  base === '' || (base.startsWith('.') ? host.endsWith(base) && host.length > base.length : host === base);

const holdsEmail = (email: string, base: string): boolean => {
  const at = email.lastIndexOf('@');
  const host = email.slice(at + 1).toLowerCase();
  if (!base.includes('@')) return holdsHost(host, base.toLowerCase());
  const baseAt = base.lastIndexOf('@');
  return email.slice(0, at) === base.slice(0, baseAt) && host === base.slice(baseAt + 1).toLowerCase();
};

const hostOfUri = (uri: string): string | null => {
  const host = /^[^:/?#]+:\/\/(?:[^/?#@]*@)?(\[[^\]]*\]|[^:/?#]*)/.exec(uri)?.[1];
  // RFC 5280 §4.2.1.10: a URI whose host is missing or is an IP address cannot be compared with a subtree.
  return host === undefined || host === '' || host.startsWith('[') || /^\d+(\.\d+){3}$/.test(host)
    ? null
    : host.toLowerCase();
};

const holdsAddress = (bytes: Uint8Array, base: Uint8Array): boolean =>
  base.length === 2 * bytes.length &&
  bytes.every((octet, at) => {
    const mask = base[bytes.length + at] ?? 0;
    return (octet & mask) === ((base[at] ?? 0) & mask);
  });

/** Whether the subtree `base` contains `name`; false when their kinds differ. */
const holds = (base: SubtreeName, name: SubtreeName): boolean => {
  if (base.kind === 'dns' && name.kind === 'dns') return holdsDns(name.text.toLowerCase(), base.text.toLowerCase());
  if (base.kind === 'email' && name.kind === 'email') return holdsEmail(name.text, base.text);
  if (base.kind === 'ip' && name.kind === 'ip') return holdsAddress(name.bytes, base.bytes);
  if (base.kind === 'directory' && name.kind === 'directory')
    return base.parts.every((part, at) => name.parts[at] === part);
  if (base.kind === 'uri' && name.kind === 'uri') {
    const host = hostOfUri(name.text);
    return host !== null && holdsHost(host, base.text.toLowerCase());
  }
  return false;
};

/** Whether an excluded subtree applies to the name. As in Go, `*.example.com` also matches an excluded name one label below example.com. */
const mayHold = (base: SubtreeName, name: SubtreeName): boolean => {
  if (holds(base, name)) return true;
  if (base.kind !== 'dns' || name.kind !== 'dns' || !name.text.startsWith('*.')) return false;
  const [, ...rest] = base.text.toLowerCase().replace(/^\./, '').split('.');
  return rest.length > 0 && rest.join('.') === name.text.slice(2).toLowerCase();
};

const isOfForm = (base: SubtreeName, name: SubtreeName): boolean =>
  base.kind === name.kind && (base.kind !== 'other' || name.kind !== 'other' || base.form === name.form);

/** Whether names of this form can be compared with a subtree. */
const isComparable = (name: SubtreeName): boolean =>
  name.kind === 'uri' ? hostOfUri(name.text) !== null : name.kind !== 'other';

/** Returns why `name` violates the constraints, as words that follow the issuer's name; null when it does not. */
export const outside = (name: SubtreeName, { permitted, excluded }: NameConstraints): string | null => {
  const [own, others] = [permitted, excluded].map((bases) => bases.filter((base) => isOfForm(base, name)));
  if (own === undefined || others === undefined || own.length + others.length === 0) return null;
  if (!isComparable(name)) return `constrains names of a form that cannot be compared with ${shownName(name)}`;
  if (own.length > 0 && !own.some((base) => holds(base, name)))
    return `may not issue for ${shownName(name)}, only for ${own.slice(0, 3).map(shownName).join(', ')}`;
  const hit = others.find((base) => mayHold(base, name));
  return hit === undefined ? null : `may not issue for ${shownName(name)}: it excludes ${shownName(hit)}`;
};
