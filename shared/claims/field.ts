/** A value in a document of a source, read field by field: it knows its place, complains by name, and remembers what nobody asked for. */
import type { Unread } from '../model/claim.ts';
import type { Place } from '../model/place.ts';
import { printable } from './printable.ts';
import type { Tree } from './tree-of-values.ts';

/** A field that is not what its format says. It ends the reading of the object that it stands in, and of nothing else. */
export class DamagedField extends Error {
  readonly at: Place;
  readonly path: string;

  constructor(at: Place, path: string, message: string) {
    super(message);
    this.at = at;
    this.path = path;
  }
}

/** Where the text of a document stands. `lineAt`: null for an API’s answer. */
export type Origin = {
  readonly file: string | null;
  readonly lineAt: ((offset: number) => number) | null;
  readonly object: string | null;
};

const MOST_UNREAD = 50;
const NAMES: Readonly<Record<Tree['kind'], string>> = { map: 'a map', list: 'a list', scalar: 'a single value' };

/** One that is not there is absent, and so is everything in it. A method throws `DamagedField` where the value is of another type than it reads. */
export class Field {
  /** `spec.mtls.mode`, `items[2].spec`; empty for the document. */
  readonly path: string;
  readonly #tree: Tree | null;
  readonly #offset: number;
  readonly #origin: Origin;
  readonly #asked = new Map<string | number, Field>();
  #isRead = false;

  /** `tree`: null for a field that is not there; then it stands where its parent does, at `above`. */
  constructor(tree: Tree | null, origin: Origin, path = '', above = 0) {
    this.#tree = tree?.kind === 'scalar' && tree.value === null ? null : tree;
    this.#offset = tree?.offset ?? above;
    this.#origin = origin;
    this.path = path;
  }

  get isThere(): boolean {
    return this.#tree !== null;
  }

  get kind(): Tree['kind'] | 'absent' {
    return this.#tree?.kind ?? 'absent';
  }

  at(): Place {
    const { file, lineAt, object } = this.#origin;
    return { file, line: lineAt?.(this.#offset) ?? null, object };
  }

  damaged(message: string): DamagedField {
    return new DamagedField(this.at(), this.path, message);
  }

  /** The field at a path of names. */
  get(...names: readonly [string, ...string[]]): Field {
    const [name, ...rest] = names;
    const tree = this.#expect('map');
    const child = this.#child(name, tree?.entries.get(name) ?? null);
    const [next, ...others] = rest;
    return next === undefined ? child : child.get(next, ...others);
  }

  /** Empty where it is absent. */
  items(): readonly Field[] {
    this.#isRead = true;
    return this.#expect('list')?.items.map((item, index) => this.#child(index, item)) ?? [];
  }

  /** Empty where it is absent. */
  entries(): readonly (readonly [string, Field])[] {
    this.#isRead = true;
    const { entries = new Map<string, Tree>() } = this.#expect('map') ?? {};
    return [...entries].map(([name, value]) => [name, this.#child(name, value)] as const);
  }

  /** Null where it is absent; numbers and booleans as they are written. */
  text(): string | null {
    const value = this.#scalar();
    return value === null ? null : String(value);
  }

  /** Null where it is absent; a text of digits is a number, too. */
  number(): number | null {
    const value = this.#scalar();
    const number = typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
    if (number !== null && typeof number !== 'number') throw this.damaged('expected a number');
    return number;
  }

  /** A TCP port, 0 to 65535; null where it is absent. */
  port(): number | null {
    const port = this.number();
    if (port !== null && !(Number.isInteger(port) && port >= 0 && port <= 65_535))
      throw this.damaged('expected a port');
    return port;
  }

  /** Null where it is absent. */
  boolean(): boolean | null {
    const value = this.#scalar();
    if (value === 'true' || value === 'false') return value === 'true';
    if (value !== null && typeof value !== 'boolean') throw this.damaged('expected true or false');
    return value;
  }

  /** Null where it is absent. */
  oneOf<Word extends string>(words: readonly Word[]): Word | null {
    const value = this.text();
    const word = words.find((each) => each === value);
    if (value === null || word !== undefined) return word ?? null;
    throw this.damaged(`"${printable(value, 60)}" is none of ${words.join(', ')}`);
  }

  /** Texts of a list; empty where it is absent. */
  texts(): readonly string[] {
    return this.items().flatMap((item) => item.text() ?? []);
  }

  /** Whatever stands there, as JSON has it. */
  plain(): unknown {
    this.#isRead = true;
    return this.#tree === null ? null : plainOf(this.#tree);
  }

  /** Fields below that nobody asked for, at most fifty. One of which nothing was asked stands for all below it. */
  unread(): readonly Unread[] {
    const tree = this.#tree;
    if (tree === null) return [];
    if (this.#asked.size === 0 || tree.kind === 'scalar')
      return this.#isRead ? [] : [{ at: this.at(), path: this.path }];
    const keys = tree.kind === 'map' ? [...tree.entries.keys()] : tree.items.map((_, index) => index);
    return keys
      .flatMap((key) => this.#asked.get(key)?.unread() ?? [{ at: this.at(), path: joined(this.path, key) }])
      .slice(0, MOST_UNREAD);
  }

  #child(key: string | number, tree: Tree | null): Field {
    const there = this.#asked.get(key) ?? new Field(tree, this.#origin, joined(this.path, key), this.#offset);
    this.#asked.set(key, there);
    return there;
  }

  #expect<Kind extends Tree['kind']>(kind: Kind): Extract<Tree, { kind: Kind }> | null {
    const tree = this.#tree;
    if (tree === null) return null;
    if (tree.kind !== kind) throw this.damaged(`expected ${NAMES[kind]}, found ${NAMES[tree.kind]}`);
    return tree as Extract<Tree, { kind: Kind }>;
  }

  #scalar(): string | number | boolean | null {
    this.#isRead = true;
    return this.#expect('scalar')?.value ?? null;
  }
}

const joined = (path: string, key: string | number): string => {
  if (typeof key === 'number') return `${path}[${key}]`;
  return /^[\w-]+$/.test(key)
    ? `${path}${path === '' ? '' : '.'}${key}`
    : `${path}[${JSON.stringify(printable(key, 80))}]`;
};

const plainOf = (tree: Tree): unknown => {
  if (tree.kind === 'scalar') return tree.value;
  if (tree.kind === 'list') return tree.items.map(plainOf);
  return Object.fromEntries([...tree.entries].map(([name, value]) => [name, plainOf(value)]));
};
