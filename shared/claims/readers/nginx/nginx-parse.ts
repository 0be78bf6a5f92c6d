/** nginx’s configuration language → directives with their places, as `ngx_conf_read_token` of nginx’s src/core/ngx_conf_file.c reads it. */
import type { ReadingProblem } from '../../../model/claim.ts';
import type { Place } from '../../../model/place.ts';
import { printable } from '../../printable.ts';

export type Directive = {
  readonly name: string;
  /** Without their quotes. */
  readonly args: readonly string[];
  readonly at: Place;
  /** Null for a simple directive, and for a block in another language (Lua). */
  readonly block: readonly Directive[] | null;
};

/** A file of a configuration, as `nginx -T` prints it or as it was named. `null` directives: it is damaged. */
export type Part = {
  readonly file: string | null;
  readonly directives: readonly Directive[] | null;
  readonly problems: readonly ReadingProblem[];
};

const HEADING = /^# configuration file (.+):$/;

/** `nginx -T` prints each file once, under a heading; any other text is one file. */
export const partsOf = (file: string | null, text: string): readonly Part[] => {
  const parts: { file: string | null; lines: string[] }[] = [{ file, lines: [] }];
  let isDump = false;
  for (const line of text.split(/\r?\n/)) {
    const named = HEADING.exec(line)?.[1];
    if (named !== undefined) parts.push({ file: named, lines: [] });
    else parts.at(-1)?.lines.push(line);
    isDump ||= named !== undefined;
  }
  // Above the first heading stands what nginx says on standard error.
  return (isDump ? parts.slice(1) : parts).map((part) => parsePart(part.file, part.lines.join('\n')));
};

type Token = { readonly kind: 'word' | '{' | '}' | ';' | 'damage'; readonly text: string; readonly line: number };

/** A quote opens a string only where a word begins; `${` is part of a word, any other brace ends it. */
const TOKEN =
  /(?<space>\s+|#[^\n]*)|"(?<double>(?:\\[\s\S]|[^"\\])*)"|'(?<single>(?:\\[\s\S]|[^'\\])*)'|(?<mark>[;{}])|(?<word>(?:\\[\s\S]|\$\{|[^\s;{\\"'])(?:\\[\s\S]|\$\{|[^\s;{\\])*)|(?<damage>[\s\S])/y;
/** A block of Lua: strings, comments and inner braces. One that does not end there is damage. */
const LUA_TOKEN = /--\[\[[\s\S]*?\]\]|--[^\n]*|\[\[[\s\S]*?\]\]|"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'|[{}]/g;

const unescaped = (text: string): string =>
  text.replaceAll(/\\(["' \\tnr])/g, (_, mark: string) => ({ t: '\t', n: '\n', r: '\r' })[mark] ?? mark);

/** Yields nothing after damage. */
function* tokensOf(text: string): Generator<Token> {
  let line = 1;
  let first: string | null = null;
  for (let at = 0; at < text.length; ) {
    const { kind, text: word, end }: Scanned = scan(text, at, first);
    if (kind !== 'space') yield { kind, text: word, line };
    if (kind === 'damage') return;
    if (kind === 'word') first ??= word;
    else if (kind !== 'space') first = null;
    line += newlinesIn(text.slice(at, end));
    at = end;
  }
}

type Scanned = { readonly kind: Token['kind'] | 'space'; readonly text: string; readonly end: number };

/** What begins at `at`. `first`: the name of the directive that it belongs to. */
const scan = (text: string, at: number, first: string | null): Scanned => {
  TOKEN.lastIndex = at;
  const { space, double, single, mark, word } = TOKEN.exec(text)?.groups ?? {};
  const end = TOKEN.lastIndex;
  const written = double ?? single ?? word;
  if (space !== undefined) return { kind: 'space', text: '', end };
  if (written !== undefined) return { kind: 'word', text: unescaped(written), end };
  if (mark === undefined) return { kind: 'damage', text: 'a quote has no end', end };
  if (mark !== '{' || !first?.endsWith('_by_lua_block')) return { kind: mark as Token['kind'], text: mark, end };
  const close = endOfLua(text, end);
  return close === null
    ? { kind: 'damage', text: 'a block of Lua has no end', end }
    : { kind: ';', text: '', end: close };
};

const newlinesIn = (text: string): number => text.split('\n').length - 1;

const endOfLua = (text: string, from: number): number | null => {
  let depth = 1;
  LUA_TOKEN.lastIndex = from;
  for (let match = LUA_TOKEN.exec(text); match !== null; match = LUA_TOKEN.exec(text)) {
    if (match[0] === '{') depth += 1;
    if (match[0] === '}') depth -= 1;
    if (depth === 0) return LUA_TOKEN.lastIndex;
  }
  return null;
};

type Open = {
  readonly name: string;
  readonly args: readonly string[];
  readonly at: Place;
  readonly block: Directive[];
};
const MOST_DEEP = 100;

/** The directives of a text, put together from its tokens. */
class Blocks {
  readonly top: Directive[] = [];
  readonly #open: Open[] = [];
  readonly #file: string | null;
  #words: string[] = [];
  #at: Place;

  constructor(file: string | null) {
    this.#file = file;
    this.#at = { file, line: 1, object: null };
  }

  /** What is wrong with it, as a clause; null where nothing is. */
  take({ kind, text, line }: Token): string | null {
    if (this.#words.length === 0) this.#at = { file: this.#file, line, object: null };
    if (kind === 'damage') return text;
    if (kind === 'word') this.#words.push(text);
    return kind === 'word' ? null : this.#end(kind);
  }

  /** The line and what is wrong at the end of the text. */
  end(): readonly [number, string] | null {
    const left = this.#open.at(-1);
    if (left !== undefined) return [left.at.line ?? 1, `the block ${printable(left.name, 60)} has no end`];
    const [name] = this.#words;
    return name === undefined ? null : [this.#at.line ?? 1, `no ; after ${printable(name, 60)}`];
  }

  #end(kind: '{' | '}' | ';'): string | null {
    const [name, ...args] = this.#words;
    this.#words = [];
    if (kind === '}') {
      const closed = this.#open.pop();
      if (closed === undefined || name !== undefined) return 'a } that closes nothing';
      this.#put(closed);
    } else if (name === undefined) return `a ${kind} without a directive`;
    else if (kind === ';') this.#put({ name, args, at: this.#at, block: null });
    else this.#open.push({ name, args, at: this.#at, block: [] });
    return this.#open.length > MOST_DEEP ? 'nested too deeply' : null;
  }

  #put(directive: Directive): void {
    (this.#open.at(-1)?.block ?? this.top).push(directive);
  }
}

/** Of a file that breaks off, what stands before the break could mean the opposite of the whole: nothing of it is kept. */
const parsePart = (file: string | null, text: string): Part => {
  const blocks = new Blocks(file);
  const damaged = (line: number, message: string): Part => ({
    ...{ file, directives: null },
    problems: [{ at: { file, line, object: null }, path: '', message: `not nginx’s language: ${message}` }],
  });
  for (const token of tokensOf(text)) {
    const wrong = blocks.take(token);
    if (wrong !== null) return damaged(token.line, wrong);
  }
  const wrong = blocks.end();
  return wrong === null ? { file, directives: blocks.top, problems: [] } : damaged(...wrong);
};
