import { distance } from 'fastest-levenshtein';

const MOST_WORDS = 40;

/** Returns the nearest word, ignoring case: at most a third of its letters differ, and none in a word of at most three letters. Null if no word is near. */
export function nearest(word: string, words: Iterable<string>): string | null {
  const low = word.toLowerCase();
  let best: { word: string; far: number } | null = null;
  for (const each of words) {
    const allowed = each.length < 4 ? 0 : Math.floor(each.length / 3);
    if (Math.abs(each.length - low.length) > allowed) continue;
    const far = distance(low, each.toLowerCase());
    if (far <= allowed && far < (best?.far ?? Number.POSITIVE_INFINITY)) best = { word: each, far };
  }
  return best?.word ?? null;
}

/** Returns the end of a message: `; did you mean "checkout"?`, or the list of `words`. */
export function advise(word: string, words: readonly string[]): string {
  const near = nearest(word, words);
  if (near !== null) return `; did you mean "${near}"?`;
  if (words.length === 0) return '; there is none';
  const more = words.length > MOST_WORDS ? `, … (${words.length} in all)` : '';
  return `; expected ${words.length === 1 ? '' : 'one of '}${words.slice(0, MOST_WORDS).join(', ')}${more}`;
}
