/** Renders endpoints × scenarios. A mark that does not pass links to its finding. */
import type { CheckResult, Report } from '../../../../shared/model/report.ts';
import { type Cell, type Column, gridOf, MARK_WORDS, NO_CHECK, type Row, WORST } from '../grid.ts';
import { type Html, html } from '../markup.ts';
import { plural } from '../summary.ts';
import { mark, markTo, sign } from './mark.ts';

/** Returns the id of the element with a check's finding; undefined without a finding. */
export type PlaceOf = (check: CheckResult) => string | undefined;

const cellHtml = ({ verdict, checks }: Cell, { name }: Column, placeOf: PlaceOf): Html => {
  if (verdict === null)
    return html`<td><span class="mark" role="img" aria-label="no check" title="${name}: no check">${NO_CHECK}</span></td>`;
  const worst = checks.filter((check) => check.verdict === verdict);
  const many = checks.length === 1 ? '' : ` (${worst.length} of ${plural(checks.length, 'check')})`;
  const more = `, ${name}${many}`;
  const place = worst.map(placeOf).find((found) => found !== undefined);
  return html`<td>${place === undefined ? mark(verdict, more) : markTo(place, verdict, more)}</td>`;
};

const isFine = ({ cells }: Row): boolean => cells.every(({ verdict }) => verdict === null || verdict === 'pass');

const rowHtml = (row: Row, columns: readonly Column[], placeOf: PlaceOf): Html => html`
<tr class="${isFine(row) ? 'fine' : 'open'}"><th scope="row"><bdi>${row.endpoint}</bdi></th>${row.cells.map(
  (cell, index) => {
    const column = columns[index];
    return column === undefined ? null : cellHtml(cell, column, placeOf);
  },
)}</tr>`;

const LEGEND = html`<p class="legend">${WORST.toReversed().map(
  (verdict) => html`<span>${sign(verdict)} ${MARK_WORDS[verdict]}</span>`,
)}<span><span class="mark" aria-hidden="true">${NO_CHECK}</span> no check</span></p>`;

/** Renders the filter only if it would hide at least one row and leave at least one. */
const filter = (rows: readonly Row[]): Html | null => {
  const fine = rows.filter(isFine).length;
  if (fine === 0 || fine === rows.length) return null;
  return html`<label class="hide"><input type="checkbox" id="open-only"> leave out ${plural(fine, 'endpoint')} where all is as it must be</label>`;
};

export const picture = (report: Report, placeOf: PlaceOf): Html | null => {
  const { columns, rows } = gridOf(report);
  if (rows.length === 0) return null;
  const heads = columns.map(({ name, meaning }) => html`<th scope="col"><abbr title="${meaning}">${name}</abbr></th>`);
  return html`
<section class="picture"><h2>Endpoints × scenarios</h2><div class="card">${filter(rows)}
<table class="grid"><thead><tr><td></td>${heads}</tr></thead><tbody>${rows.map((row) => rowHtml(row, columns, placeOf))}
</tbody></table>${LEGEND}
<details><summary class="soft">What each scenario presents</summary><dl class="facts body">${columns.map(
    ({ name, meaning }) => html`<dt>${name}</dt><dd>${meaning}</dd>`,
  )}</dl></details></div></section>`;
};
