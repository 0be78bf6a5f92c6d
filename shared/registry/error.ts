/** What can be wrong with a registry. */
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
  | 'NOT_BUILT_YET'
  | 'NOT_DEPLOYABLE';

/** Where in the document something is wrong. */
export type Problem = {
  readonly keys: readonly PropertyKey[];
  /** `key`: the field's name is what is wrong, not its value. */
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
  /** What was found, what was expected, and the nearest right word. It repeats no password, no header’s value and no key. */
  readonly message: string;
};

/** `['endpoints', 2, 'http', 'x y']` → `endpoints[2].http["x y"]`. */
export const pathText = (keys: readonly PropertyKey[]): string =>
  keys
    .map((key, at) => {
      if (typeof key === 'number') return `[${key}]`;
      const word = printable(String(key), 80);
      return /^[\w-]+$/.test(word) ? `${at === 0 ? '' : '.'}${word}` : `[${JSON.stringify(word)}]`;
    })
    .join('');

/** Control, format and bidirectional characters become `·`; what is longer than `most` ends in `…`. */
export const printable = (text: string, most: number): string => {
  const clean = text.slice(0, most + 1).replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '·');
  return clean.length > most ? `${clean.slice(0, most)}…` : clean;
};
