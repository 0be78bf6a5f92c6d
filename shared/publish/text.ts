/** Text on its way into a message: bounded, and nothing in it that moves a cursor or hides what follows. */

/** Control, format (also bidirectional), separator and lone surrogate characters are escaped; longer than `max` UTF-16 units (default: no limit) is cut. */
export const printable = (text: string, max: number = Number.POSITIVE_INFINITY): string =>
  cut(
    text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`),
    max,
  );

/** Printable ASCII, for where nothing else is taken; every other character becomes `?`. */
export const ascii = (text: string, max: number): string => {
  const plain = text.replace(/[^\x20-\x7e]/gu, '?');
  return plain.length <= max ? plain : `${plain.slice(0, max - 3)}...`;
};

const cut = (text: string, max: number): string =>
  text.length <= max ? text : `${text.slice(0, max - 1).replace(/[\ud800-\udbff]$/, '')}…`;

/** `CLIENT_CERTIFICATE_OPTIONAL` → `client certificate optional`. */
export const words = (code: string): string => code.toLowerCase().replaceAll('_', ' ');

export const bytes = (text: string): number => Buffer.byteLength(text, 'utf8');

/** The first of them: at most `most`, and at most `size` bytes as JSON. */
export const fitting = (names: readonly string[], most: number, size: number): string[] => {
  const fit: string[] = [];
  let left = size - 2;
  for (const name of names.slice(0, most)) {
    left -= bytes(JSON.stringify(name)) + 1;
    if (left < 0) break;
    fit.push(name);
  }
  return fit;
};
