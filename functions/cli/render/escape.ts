/** What an endpoint sent must not move the cursor, colour the screen or hide text: control, format (also bidirectional) and separator characters. */
export const printable = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
