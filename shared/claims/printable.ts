/** Foreign words in a claim: bounded, and without what a terminal or a page would act on. */

/** Replaces control, format and bidirectional characters by `·`; cuts text longer than `most` characters, which then ends in `…`. Default: 300. */
export const printable = (text: string, most = 300): string => {
  const clean = text.slice(0, most + 1).replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '·');
  return clean.length > most ? `${clean.slice(0, most)}…` : clean;
};
