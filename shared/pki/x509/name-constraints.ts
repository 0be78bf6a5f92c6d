/**
 * Name constraints (RFC 5280 §4.2.1.10, §6.1.4 (g)): the extension read, and names held against it. A DNS subtree with a leading dot holds names below
 * it only, as OpenSSL and Go read it. otherName, x400Address, ediPartyName and registeredID have no rules here: where a subtree and a name have such a
 * form, the name is not permitted. Nor have `minimum` and `maximum`, which §4.2.1.10 leaves out: a subtree with one makes the extension unreadable.
 */
import { readAll, readTlv } from '../asn1/der.ts';
import { type SubtreeName, shownName, subtreeName } from './subtree-name.ts';

export type NameConstraints = { readonly permitted: readonly SubtreeName[]; readonly excluded: readonly SubtreeName[] };

const PERMITTED = 0xa0;
const EXCLUDED = 0xa1;

const subtreeOf = (content: Uint8Array): SubtreeName => {
  const [base, ...limits] = readAll(content);
  if (base === undefined || limits.length > 0) throw new RangeError('a subtree with minimum or maximum');
  const name = subtreeName(base);
  if (name.kind === 'ip' && name.bytes.length !== 8 && name.bytes.length !== 32)
    throw new RangeError('a subtree of addresses without its mask');
  return name;
};

/** Of the extension's value. Throws a RangeError for what cannot be read, or has limits. */
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

/** `.example.com` or `example.com` holds `a.example.com`, the latter also itself; the empty one holds all. */
const isBelow = (host: string, domain: string): boolean =>
  domain === '' || host.endsWith(domain.startsWith('.') ? domain : `.${domain}`);

const holdsDns = (name: string, base: string): boolean => name === base || isBelow(name, base);

/** Of e-mail and URIs: a host stands for itself alone, unless a dot stands before it. */
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
  // RFC 5280 §4.2.1.10: a URI without a host that is a name cannot be held against a subtree.
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

/** Whether `base` holds `name`; both are of one kind. */
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

/** A wildcard also stands for the names that a subtree below it excludes, as Go has it. */
const mayHold = (base: SubtreeName, name: SubtreeName): boolean => {
  if (holds(base, name)) return true;
  if (base.kind !== 'dns' || name.kind !== 'dns' || !name.text.startsWith('*.')) return false;
  const [, ...rest] = base.text.toLowerCase().replace(/^\./, '').split('.');
  return rest.length > 0 && rest.join('.') === name.text.slice(2).toLowerCase();
};

const isOfForm = (base: SubtreeName, name: SubtreeName): boolean =>
  base.kind === name.kind && (base.kind !== 'other' || name.kind !== 'other' || base.form === name.form);

/** What is compared with a subtree at all. */
const isComparable = (name: SubtreeName): boolean =>
  name.kind === 'uri' ? hostOfUri(name.text) !== null : name.kind !== 'other';

/** Why `name` is not within the constraints, in words that follow the issuer's name; null where it is. */
export const outside = (name: SubtreeName, { permitted, excluded }: NameConstraints): string | null => {
  const [own, others] = [permitted, excluded].map((bases) => bases.filter((base) => isOfForm(base, name)));
  if (own === undefined || others === undefined || own.length + others.length === 0) return null;
  if (!isComparable(name)) return `constrains names of a form that cannot be compared with ${shownName(name)}`;
  if (own.length > 0 && !own.some((base) => holds(base, name)))
    return `may not issue for ${shownName(name)}, only for ${own.slice(0, 3).map(shownName).join(', ')}`;
  const hit = others.find((base) => mayHold(base, name));
  return hit === undefined ? null : `may not issue for ${shownName(name)}: it excludes ${shownName(hit)}`;
};
