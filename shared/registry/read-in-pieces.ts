/**
 * Reads a large registry a few hundred endpoints at a time. A YAML document as nodes takes some 150 times its text's memory: at 100,000 endpoints more
 * than a gigabyte.
 */
import { type Document, isScalar, parseDocument, visit } from 'yaml';

/** Below this the whole document is parsed: it is small, and each of its errors is found in one look. Characters. */
export const LARGE = 200_000;
const ENDPOINTS_OF_A_PIECE = 200;
/** The whole document's limit is 100 levels; a piece lies a few levels deep in it. */
const MOST_DEEP = 90;

/** An anchor or an alias may lead from one piece to another; so may a directive or a second document. */
const LEADS_ELSEWHERE = /(?:^|[\s,[{])[&*]\S|^(?:---|\.\.\.|%)/m;
const SECTION = /^endpoints:[ \t]*(?:#.*)?\r?\n/gm;

type Lines = { readonly at: number; readonly line: string };

/** Each line with its offset; `line` without its line end. */
function* linesOf(text: string, from: number): Generator<Lines> {
  for (let at = from; at < text.length; ) {
    const end = text.indexOf('\n', at);
    yield { at, line: text.slice(at, end === -1 ? text.length : end) };
    at = end === -1 ? text.length : end + 1;
  }
}

const isBlank = (line: string): boolean => /^\s*(?:#.*)?$/.test(line);

type Places = { readonly begins: readonly number[]; readonly end: number };

/** What a line is in a list whose dashes have this indent. Nothing within an item stands as far left as its dash. */
const kindOf = (line: string, indent: string): 'item' | 'within' | 'behind' | 'odd' => {
  const first = line.search(/\S/);
  if (first === indent.length && /^\s*-(?:\s|$)/.test(line)) return 'item';
  if (first === 0) return 'behind';
  return first > indent.length ? 'within' : 'odd';
};

/** Where a block list's pieces begin, and where the list ends; null for another form. */
const placesOf = (text: string, from: number): Places | null => {
  const begins: number[] = [];
  let indent: string | null = null;
  let items = 0;
  for (const { at, line } of linesOf(text, from)) {
    if (isBlank(line)) continue;
    indent ??= /^( *)-(?:\s|$)/.exec(line)?.[1] ?? null;
    const kind = indent === null ? 'odd' : kindOf(line, indent);
    if (kind === 'odd') return null;
    if (kind === 'behind') return { begins, end: at };
    if (kind === 'within') continue;
    if (items % ENDPOINTS_OF_A_PIECE === 0) begins.push(at);
    items += 1;
  }
  return begins.length === 0 ? null : { begins, end: text.length };
};

const isOdd = (document: Document): boolean => {
  let odd = document.errors.length + document.warnings.length > 0;
  const stop = () => {
    odd = true;
    return visit.BREAK;
  };
  if (!odd)
    visit(document, {
      Collection: (_, __, { length }) => (length > MOST_DEEP ? stop() : undefined),
      Pair: (_, { key }) => (isScalar(key) && key.value !== '__proto__' ? undefined : stop()),
    });
  return odd;
};

/** Undefined for what `readYaml` must look at as a whole. */
const dataOf = (text: string): unknown => {
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent', merge: true });
  try {
    return isOdd(document) ? undefined : document.toJS();
  } catch {
    return undefined;
  }
};

/** Null for what is no mapping whose fields begin at the left, as those of the whole do. */
const mappingOf = (text: string): Readonly<Record<string, unknown>> | null => {
  const first = firstLineOf(text);
  if (first === null) return {};
  const data = /^\S/.test(first) ? dataOf(text) : null;
  return typeof data === 'object' && data !== null && !Array.isArray(data) ? { ...data } : null;
};

const firstLineOf = (text: string): string | null => {
  for (const { line } of linesOf(text, 0)) if (!isBlank(line)) return line;
  return null;
};

/**
 * Returns the same plain data as the whole document has, or null where this is in doubt: where the endpoints are no block list (`- name: …`), where
 * anchors or aliases are used, and for every text with an error.
 */
export const readInPieces = (text: string): unknown => {
  if (LEADS_ELSEWHERE.test(text)) return null;
  const [section, another] = text.matchAll(SECTION);
  if (section === undefined || another !== undefined) return null;
  const from = section.index + section[0].length;
  const places = placesOf(text, from);
  if (places === null) return null;
  const [before, behind] = [mappingOf(text.slice(0, section.index)), mappingOf(text.slice(places.end))];
  if (before === null || behind === null) return null;
  const others = { ...before, ...behind };
  const isTwice = Object.keys(others).length !== Object.keys(before).length + Object.keys(behind).length;
  if (isTwice || 'endpoints' in others) return null;
  const endpoints: unknown[] = [];
  for (const [index, at] of places.begins.entries()) {
    const piece = dataOf(text.slice(at, places.begins[index + 1] ?? places.end));
    if (!Array.isArray(piece)) return null;
    for (const each of piece) endpoints.push(each);
  }
  return { ...before, endpoints, ...behind };
};
