/** Codes of the errors in a registry. */
export type RegistryErrorCode =
  | 'YAML_SYNTAX'
  | 'EMPTY'
  | 'UNKNOWN_FIELD'
  | 'MISSING_FIELD'
  | 'WRONG_TYPE'
  | 'WRONG_VALUE'
  | 'UNKNOWN_NAME'
  | 'DUPLICATE'
  | 'CONFLICT'
  | 'NOT_INCLUDED'
  | 'NOT_DEPLOYABLE';

/** One error, located by its path in the document. */
export type Problem = {
  readonly keys: readonly PropertyKey[];
  /** `key`: the field's name is wrong; `value`: its value is. */
  readonly at: 'key' | 'value';
  readonly code: RegistryErrorCode;
  readonly message: string;
};

export type RegistryError = {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** `endpoints[2].admits[0]`; empty for the file as a whole. */
  readonly path: string;
  readonly code: RegistryErrorCode;
  /** The found value, the expected one, and the nearest known word. It repeats no password, no header’s value and no key. */
  readonly message: string;
};

/** Formats a path: `['endpoints', 2, 'http', 'x y']` → `endpoints[2].http["x y"]`. */
export const pathText = (keys: readonly PropertyKey[]): string =>
  keys
    .map((key, at) => {
      if (typeof key === 'number') return `[${key}]`;
      const word = printable(String(key), 80);
      return /^[\w-]+$/.test(word) ? `${at === 0 ? '' : '.'}${word}` : `[${JSON.stringify(word)}]`;
    })
    .join('');

/** Replaces control, format and bidirectional characters by `·`; cuts text longer than `most` characters, which then ends in `…`. */
export const printable = (text: string, most: number): string => {
  const clean = text.slice(0, most + 1).replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '·');
  return clean.length > most ? `${clean.slice(0, most)}…` : clean;
};
