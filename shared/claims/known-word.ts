/** What a record says of a foreign word. */

/** Undefined where the record has no such key of its own: `constructor` is a key of every object. */
export const knownWord = <Value>(record: Readonly<Record<string, Value>>, word: string): Value | undefined =>
  Object.hasOwn(record, word) ? record[word] : undefined;
