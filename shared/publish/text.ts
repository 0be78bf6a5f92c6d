/** Makes text safe for a message: bounded, without characters that move a cursor or hide the text after them. */

/** Escapes control, format (also bidirectional), separator and lone surrogate characters, and cuts the text at `max` UTF-16 units (default: no limit). */
export const printable = (text: string, max: number = Number.POSITIVE_INFINITY): string =>
  cut(
    text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`),
    max,
  );

/** Replaces each character that is not printable ASCII by `?`, and cuts the text at `max` characters. */
export const ascii = (text: string, max: number): string => {
  const plain = text.replace(/[^\x20-\x7e]/gu, '?');
  return plain.length <= max ? plain : `${plain.slice(0, max - 3)}...`;
};

const cut = (text: string, max: number): string =>
  text.length <= max ? text : `${text.slice(0, max - 1).replace(/[\ud800-\udbff]$/, '')}…`;

/** `CLIENT_CERTIFICATE_OPTIONAL` → `client certificate optional`. */
export const words = (code: string): string => code.toLowerCase().replaceAll('_', ' ');

export const bytes = (text: string): number => Buffer.byteLength(text, 'utf8');

/** Returns the first names: at most `most`, and at most `size` bytes as JSON. */
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
