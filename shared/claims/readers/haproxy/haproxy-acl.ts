/** Conditions of HAProxy (docs.haproxy.org/3.2/configuration.html, 7.1 and 7.2), in disjunctive form. */

import type { Condition, ConditionField, Match } from '../../../model/admission.ts';
import { knownWord } from '../../known-word.ts';
import { printable } from '../../printable.ts';
import { PRESENT, patternOf } from '../pattern.ts';
import type { Line } from './haproxy-parse.ts';

/** `verified`: `ssl_c_verify` is 0, which it is without a certificate, too. */
export type Atom =
  | { readonly kind: 'condition'; readonly condition: Condition }
  | { readonly kind: 'verified'; readonly not: boolean }
  | { readonly kind: 'unread'; readonly text: string };
/** Holds where all of one of them hold. Empty: never; one that is empty: always. */
export type Dnf = readonly (readonly Atom[])[];

const ALWAYS: Dnf = [[]];
export const NEVER: Dnf = [];
const MOST = 64;
const TOO_MUCH: Dnf = [[{ kind: 'unread', text: 'a condition of too many parts' }]];

export const either = (one: Dnf, other: Dnf): Dnf => [...one, ...other];
export const both = (one: Dnf, other: Dnf): Dnf =>
  one.length * other.length > MOST ? TOO_MUCH : one.flatMap((left) => other.map((right) => [...left, ...right]));
export const negated = (dnf: Dnf): Dnf =>
  dnf.reduce<Dnf>(
    (all, atoms) =>
      both(
        all,
        atoms.map((atom) => [opposite(atom)]),
      ),
    ALWAYS,
  );

const opposite = (atom: Atom): Atom => {
  if (atom.kind === 'unread') return { ...atom, text: `not ${atom.text}` };
  if (atom.kind === 'verified') return { ...atom, not: !atom.not };
  return { ...atom, condition: { ...atom.condition, not: !atom.condition.not } };
};

/** What conditions are read in. `isTls`: whether the bind has TLS. */
export type Scope = { readonly acls: ReadonlyMap<string, Dnf>; readonly isTls: boolean };

const KNOWN: Readonly<Record<string, Dnf>> = { TRUE: ALWAYS, FALSE: NEVER, HTTP: ALWAYS };

/** `acl` lines of one name hold where one of them does. */
export const aclsOf = (lines: readonly Line[], isTls: boolean): ReadonlyMap<string, Dnf> => {
  const acls = new Map<string, Dnf>();
  for (const { words } of lines) {
    const [keyword, name = '', ...test] = words;
    if (keyword === 'acl') acls.set(name, either(acls.get(name) ?? NEVER, testOf(test, isTls)));
  }
  return acls;
};

/** Of the words behind an action: `if …`, `unless …`, or nothing. */
export const conditionOf = (words: readonly string[], scope: Scope): Dnf => {
  const at = words.findIndex((word) => word === 'if' || word === 'unless');
  if (at === -1) return ALWAYS;
  const dnf = expressionOf(words.slice(at + 1), scope);
  return words[at] === 'unless' ? negated(dnf) : dnf;
};

type Item = { readonly not: boolean; readonly name: string | null; readonly test: readonly string[] };

const expressionOf = (words: readonly string[], scope: Scope): Dnf => {
  const joined = words.flatMap((word, at) => (word === '!' ? [] : [words[at - 1] === '!' ? `!${word}` : word]));
  const conjuncts: Item[][] = [[]];
  for (let at = 0; at < joined.length; at += 1) {
    const word = joined[at] ?? '';
    const not = word.startsWith('!');
    const plain = not ? word.slice(1) : word;
    const close = plain === '{' ? joined.indexOf('}', at) : at;
    const end = close === -1 ? joined.length : close;
    if (word === 'or' || word === '||') conjuncts.push([]);
    else conjuncts.at(-1)?.push({ not, name: plain === '{' ? null : plain, test: joined.slice(at + 1, end) });
    at = end;
  }
  return conjuncts.flatMap((items) => items.map((item) => itemOf(item, scope)).reduce(both, ALWAYS));
};

const itemOf = ({ not, name, test }: Item, scope: Scope): Dnf => {
  const dnf = name === null ? testOf(test, scope.isTls) : namedAcl(name, scope);
  return not ? negated(dnf) : dnf;
};

const namedAcl = (name: string, { acls }: Scope): Dnf => {
  const method = /^METH_(GET|HEAD|POST|PUT|DELETE|OPTIONS|TRACE|CONNECT)$/.exec(name)?.[1];
  if (acls.has(name)) return acls.get(name) ?? NEVER;
  if (method !== undefined) return plainOf('method', [{ how: 'exact', text: method }]);
  return knownWord(KNOWN, name) ?? [[{ kind: 'unread', text: printable(name, 100) }]];
};

const plainOf = (field: ConditionField, any: readonly Match[]): Dnf => [
  [{ kind: 'condition', condition: { field, not: false, any: [...any] } }],
];

const FIELDS: Readonly<Record<string, ConditionField>> = {
  'ssl_c_s_dn(CN)': 'subject-cn',
  'ssl_c_s_dn(OU)': 'subject-ou',
  'ssl_c_s_dn(,0,rfc2253)': 'subject',
  ...{ method: 'method', path: 'path', 'hdr(host)': 'host', 'req.hdr(host)': 'host' },
};
const SUFFIXES = { beg: 'prefix', end: 'suffix', sub: 'contains', reg: 'regex', str: 'exact' } as const;
type Way = keyof typeof SUFFIXES;

/** Of `ssl_c_s_dn(CN) -m str payments`. */
const testOf = (words: readonly string[], isTls: boolean): Dnf => {
  const unread: Dnf = [[{ kind: 'unread', text: printable(words.join(' '), 200) }]];
  const { fetch, way, ignoresCase, values, isPlain } = flagsOf(words);
  const special = isPlain ? specialOf(fetch, values.join(' '), isTls) : unread;
  if (special !== null) return special;
  const field = knownWord(FIELDS, canonical(fetch));
  if (field === undefined) return unread;
  if (way === 'found') return plainOf(field, [PRESENT]);
  const matched = knownWord(SUFFIXES, way);
  return matched === undefined || values.length === 0
    ? unread
    : plainOf(
        field,
        values.map((text) => matchOf(matched, text, ignoresCase)),
      );
};

/** Of what is true or false, or a number. Null for anything else. */
const specialOf = (fetch: string, value: string, isTls: boolean): Dnf | null => {
  const isTrue = ['', '1', 'true'].includes(value);
  if (fetch === 'ssl_fc' && isTrue) return isTls ? ALWAYS : NEVER;
  if ((fetch === 'ssl_c_used' || fetch === 'ssl_fc_has_crt') && isTrue) return plainOf('subject', [PRESENT]);
  if (fetch !== 'ssl_c_verify') return null;
  if (['0', 'eq 0'].includes(value)) return [[{ kind: 'verified', not: false }]];
  return ['gt 0', 'ge 1'].includes(value) ? [[{ kind: 'verified', not: true }]] : null;
};

/** Names in parentheses are of any case: `ssl_c_s_dn(cn)`. */
const canonical = (fetch: string): string =>
  fetch.replace(/\((cn|ou)\)$/i, (inner) => inner.toUpperCase()).replace(/\(host\)$/i, '(host)');

const matchOf = (how: (typeof SUFFIXES)[Way], text: string, ignoresCase: boolean): Match => {
  if (how === 'regex') return patternOf(text, ignoresCase);
  if (!ignoresCase) return { how, text };
  const escaped = text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const [start, end] = [how === 'exact' || how === 'prefix' ? '^' : '', how === 'exact' || how === 'suffix' ? '$' : ''];
  return { how: 'regex', text: `(?i)${start}${escaped}${end}` };
};

type Flags = { fetch: string; way: string; ignoresCase: boolean; values: readonly string[]; isPlain: boolean };

const flagsOf = ([first = '', ...words]: readonly string[]): Flags => {
  const suffix = /^(path|hdr|method)_(beg|end|sub|reg|str)(?=\(|$)/.exec(first);
  const fetch = suffix === null ? first : first.replace(`_${suffix[2]}`, '');
  let way = suffix?.[2] ?? 'str';
  let ignoresCase = false;
  let at = 0;
  for (; words[at]?.startsWith('-'); at += 1) {
    const word = words[at];
    if (word === '-i') ignoresCase = true;
    else if (word === '-m') {
      at += 1;
      way = words[at] ?? '';
    } else if (word !== '--') return { fetch, way, ignoresCase, values: [], isPlain: false };
  }
  return { fetch, way, ignoresCase, values: words.slice(at), isPlain: true };
};
