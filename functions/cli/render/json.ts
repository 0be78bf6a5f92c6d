/** Returns JSON that is safe in a terminal: characters that move the cursor or hide text are escaped. */
export const jsonText = (document: object): string =>
  JSON.stringify(document, null, 1).replace(/[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu, escaped);

const escaped = (character: string): string =>
  character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
