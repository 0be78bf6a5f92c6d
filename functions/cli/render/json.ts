/** JSON that may be looked at in a terminal: what moves a cursor or hides text is escaped. */
export const jsonText = (document: object): string =>
  JSON.stringify(document, null, 1).replace(/[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu, escaped);

const escaped = (character: string): string =>
  character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
