/** A verdict's mark: the terminal's sign, a colour, and a text for screen readers. */
import type { Verdict } from '../../../../shared/model/names.ts';
import { MARK_WORDS, MARKS } from '../grid.ts';
import { type Html, html } from '../markup.ts';

/** A mark without a text, for places where the text stands beside it. */
export const sign = (verdict: Verdict): Html =>
  html`<span class="mark ${verdict}" aria-hidden="true">${MARKS[verdict]}</span>`;

/** A mark with a text: the verdict, then `more`. */
export const mark = (verdict: Verdict, more = ''): Html => {
  const words = `${MARK_WORDS[verdict]}${more}`;
  return html`<span class="mark ${verdict}" role="img" aria-label="${words}" title="${words}">${MARKS[verdict]}</span>`;
};

/** The same as a link to the element `place` of this page. */
export const markTo = (place: string, verdict: Verdict, more: string): Html => {
  const words = `${MARK_WORDS[verdict]}${more}`;
  return html`<a class="mark ${verdict}" href="#${place}" aria-label="${words}" title="${words}">${MARKS[verdict]}</a>`;
};
