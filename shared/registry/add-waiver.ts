/** Writes a waiver into the text of a registry: everything else of the text stays as it is. */
import { Document, isMap, isNode, isScalar, isSeq, parseDocument, type YAMLMap, type YAMLSeq } from 'yaml';
import type { Cause, ScenarioName } from '../model/names.ts';
import type { Registry } from '../model/registry.ts';
import type { Result } from '../model/result.ts';
import type { ParsedRegistry } from './parse.ts';

export type NewWaiver = {
  /** One of both. */
  readonly scenario?: ScenarioName;
  readonly cause?: Cause;
  readonly subject?: string;
  readonly route?: string;
  /** The last day, UTC: `2027-03-31`. */
  readonly until: string;
  readonly reason: string;
};

/** `was`: the end of the waiver of the same, which is replaced; null if there was none. */
export type Waived = { readonly text: string; readonly was: string | null };

const WHAT = ['scenario', 'cause', 'subject', 'route'] as const;
const BY_HAND =
  'its waivers cannot be written here without changing something else (an alias or a merge key?): add it by hand';

/** Reads the registry with `text` in place of the file that is changed. */
export type ReadWith = (text: string) => Result<Pick<ParsedRegistry, 'registry'>, unknown>;

/** `text` is the file of a valid registry in which the endpoint stands. An error is a sentence without its full stop. */
export const addWaiver = (
  text: string,
  readWith: ReadWith,
  endpoint: string,
  waiver: NewWaiver,
): Result<Waived, string> => {
  const endpoints = parseDocument(text, { merge: true }).get('endpoints');
  const all = isSeq(endpoints) ? endpoints.items : [];
  const own = all.find((each): each is YAMLMap => isMap(each) && each.get('name') === endpoint);
  const had = own?.get('waivers');
  const waivers = isSeq(had) ? had.items : [];
  const same = waivers.find(
    (each): each is YAMLMap => isMap(each) && WHAT.every((name) => each.get(name) === waiver[name]),
  );
  const next = same === undefined ? withNew(text, own, had, waiver) : withEnd(text, same, waiver);
  if (next === null || !isThatAlone([text, next], readWith, endpoint, same === undefined))
    return { ok: false, errors: [BY_HAND] };
  return { ok: true, value: { text: next, was: same === undefined ? null : String(same.get('until')) } };
};

/** The text with `more` at a place. */
const inserted = (text: string, at: number, more: string): string => text.slice(0, at) + more + text.slice(at);

/** The end of the line in which a value ends. */
const lineEnd = (text: string, valueEnd: number): number => {
  const last = text.slice(0, valueEnd).trimEnd().length;
  const end = text.indexOf('\n', last);
  return end === -1 ? text.length : end;
};

/** Spaces for what stands in the column of `offset`. */
const indentAt = (text: string, offset: number): string =>
  ' '.repeat(offset - (text.lastIndexOf('\n', offset - 1) + 1));

/** Before the bracket that closes a flow collection. */
const beforeClosing = (text: string, [, end]: Range, isEmpty: boolean, more: string): string => {
  const at = text.slice(0, end - 1).trimEnd().length;
  return inserted(text, at, isEmpty || text[at - 1] === ',' ? ` ${more}` : `, ${more}`);
};

type Range = readonly [number, number, number];

const withNew = (text: string, own: YAMLMap | undefined, had: unknown, waiver: NewWaiver): string | null => {
  const one = flowText(waiver);
  if (isSeq(had)) return withMember(text, had, one);
  const [first, last] = [own?.items[0]?.key, own?.items.at(-1)?.value];
  if (had !== undefined || own?.range == null) return null;
  if (own.flow === true) return beforeClosing(text, own.range, false, `waivers: [${one}]`);
  if (!isNode(first) || !isNode(last) || first.range == null || last.range == null) return null;
  const indent = indentAt(text, first.range[0]);
  return inserted(text, lineEnd(text, last.range[1]), `\n${indent}waivers:\n${indent}  - ${one}`);
};

const withMember = (text: string, { flow, range, items }: YAMLSeq, one: string): string | null => {
  if (range == null) return null;
  if (flow === true) return beforeClosing(text, range, items.length === 0, one);
  const last = items.at(-1);
  if (!isNode(last) || last.range == null) return null;
  const indent = indentAt(text, text.lastIndexOf('-', last.range[0]));
  return inserted(text, lineEnd(text, last.range[1]), `\n${indent}- ${one}`);
};

/** The later of both places is written first. */
const withEnd = (text: string, same: YAMLMap, { until, reason }: NewWaiver): string | null => {
  const places = Object.entries({ until, reason }).map(([name, value]) => ({ range: rangeOf(same, name), value }));
  if (places.some(({ range }) => range === null)) return null;
  return places
    .toSorted((one, other) => (other.range?.[0] ?? 0) - (one.range?.[0] ?? 0))
    .reduce((next, { range, value }) => {
      const [start, end] = range ?? [0, 0];
      return next.slice(0, start) + JSON.stringify(value) + next.slice(end);
    }, text);
};

const rangeOf = (map: YAMLMap, name: string): Range | null => {
  const value = map.get(name, true);
  return isScalar(value) && value.range != null ? value.range : null;
};

/** `{ scenario: revoked, until: 2027-03-31, reason: later }` */
const flowText = (waiver: NewWaiver): string => {
  const document = new Document(waiver);
  if (isMap(document.contents)) document.contents.flow = true;
  return document.toString({ lineWidth: 0 }).trim();
};

/** Whether nothing else of the registry has changed, as it is read: the waiver is new, or another one of the same was there. */
const isThatAlone = (
  [before, after]: readonly [string, string],
  readWith: ReadWith,
  endpoint: string,
  isNew: boolean,
): boolean => {
  const [one, other] = [readWith(before), readWith(after)];
  if (!one.ok || !other.ok) return false;
  const [was, is] = [one.value.registry, other.value.registry];
  const lost = waiversOf(was, endpoint).filter((each) => !waiversOf(is, endpoint).includes(each)).length;
  const grown = waiversOf(is, endpoint).length - waiversOf(was, endpoint).length;
  const isRight = isNew ? lost === 0 && grown === 1 : lost <= 1 && grown === 0;
  return isRight && JSON.stringify(without(was, endpoint)) === JSON.stringify(without(is, endpoint));
};

const waiversOf = ({ endpoints }: Registry, name: string): readonly string[] =>
  endpoints.filter((each) => each.name === name).flatMap(({ waivers }) => waivers.map((each) => JSON.stringify(each)));

const without = ({ endpoints, ...registry }: Registry, name: string): object => ({
  ...registry,
  endpoints: endpoints.map((each) => (each.name === name ? { ...each, waivers: [] } : each)),
});
