import { closest, distance } from 'fastest-levenshtein';

/** `: did you mean payments?`, or nothing where no known word is near. */
export const nearest = (word: string, known: readonly string[]): string => {
  if (known.length === 0) return '';
  const candidate = closest(word, [...known]);
  return distance(word, candidate) <= Math.max(2, Math.floor(word.length / 3)) ? `: did you mean ${candidate}?` : '';
};
