/** Foreign words in a sentence that mail and chat programs show: a certificate's names, what a server answered. */

const SCHEMES = /(https?|ftps?|wss?|mailto|javascript):/gi;
/** In what mail and chat programs take for a host. */
const DOTS = /(?<=[\p{L}\p{N}-])\.(?=\p{L}{2})/gu;
/** What would end bold, italic, struck or code text: without its end there is none. */
const MARKUP_ENDS: Readonly<Record<string, string>> = { '*': '＊', _: '＿', '~': '～' };

/**
 * Makes foreign words in a sentence inert: no program that shows it makes a link, a mention or markup of them. `https://a.example` becomes
 * `https[:]//a[.]example`, `@here` becomes `(at)here`.
 */
export const inert = (text: string): string =>
  text
    .replace(SCHEMES, '$1[:]')
    .replace(DOTS, '[.]')
    .replaceAll('@', '(at)')
    .replaceAll('](', '] (')
    .replaceAll('`', "'")
    .replace(/(?<=\S)[*_~](?![\p{L}\p{N}])/gu, (mark) => MARKUP_ENDS[mark] ?? mark)
    .replaceAll('<', '‹')
    .replaceAll('>', '›');
