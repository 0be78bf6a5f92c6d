/** A verdict's mark: the terminal's sign, a colour, and words for whoever sees neither. */
import type { Verdict } from '../../../../shared/model/names.ts';
import { MARK_WORDS, MARKS } from '../grid.ts';
import { type Html, html } from '../markup.ts';

/** Where the words stand beside it anyway. */
export const sign = (verdict: Verdict): Html =>
  html`<span class="mark ${verdict}" aria-hidden="true">${MARKS[verdict]}</span>`;

/** `more` follows the verdict's words. */
export const mark = (verdict: Verdict, more = ''): Html => {
  const words = `${MARK_WORDS[verdict]}${more}`;
  return html`<span class="mark ${verdict}" role="img" aria-label="${words}" title="${words}">${MARKS[verdict]}</span>`;
};

/** The same, and it leads to an element of this page. */
export const markTo = (place: string, verdict: Verdict, more: string): Html => {
  const words = `${MARK_WORDS[verdict]}${more}`;
  return html`<a class="mark ${verdict}" href="#${place}" aria-label="${words}" title="${words}">${MARKS[verdict]}</a>`;
};
