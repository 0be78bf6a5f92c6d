/** Renders endpoints × scenarios. A mark that does not pass links to its finding. */
import type { CheckResult, ReportInParts, ReportPart } from '../../../../shared/model/report.ts';
import type { Overview } from '../../../../shared/overview/overview.ts';
import { numbersIn } from '../finding-numbers.ts';
import { type Cell, type Column, isFine, MARK_WORDS, NO_CHECK, type Row, rowOf, WORST } from '../grid.ts';
import { type Html, html } from '../markup.ts';
import { plural } from '../summary.ts';
import type { Survey } from '../survey.ts';
import { placeOfFinding } from './findings.ts';
import { mark, markTo, sign } from './mark.ts';

/** Returns the id of the element with a check's finding; undefined without a finding. */
type PlaceOf = (check: CheckResult) => string | undefined;

const cellHtml = ({ verdict, checks }: Cell, { name }: Column, placeOf: PlaceOf): Html => {
  if (verdict === null)
    return html`<td><span class="mark" role="img" aria-label="no check" title="${name}: no check">${NO_CHECK}</span></td>`;
  const worst = checks.filter((check) => check.verdict === verdict);
  const many = checks.length === 1 ? '' : ` (${worst.length} of ${plural(checks.length, 'check')})`;
  const more = `, ${name}${many}`;
  const place = worst.map(placeOf).find((found) => found !== undefined);
  return html`<td>${place === undefined ? mark(verdict, more) : markTo(place, verdict, more)}</td>`;
};

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

/** Endpoints whose rows are all shown at first. Of more, those where something is not as it must be. */
const ALL_SHOWN = 12;

/** Renders the filter only if it would hide at least one row and leave at least one. */
const filter = ({ rows, fineRows }: Survey): Html | null => {
  if (fineRows === 0 || fineRows === rows) return null;
  const box =
    rows > ALL_SHOWN
      ? html`<input type="checkbox" id="open-only" checked>`
      : html`<input type="checkbox" id="open-only">`;
  return html`<label class="hide">${box} leave out ${plural(fineRows, 'endpoint')} where all is as it must be</label>`;
};

const placesIn = ({ checks }: ReportPart, numbers: ReadonlyMap<number, number>): PlaceOf => {
  const places = new Map([...numbers].map(([at, number]) => [checks[at], placeOfFinding(number)]));
  return (check) => places.get(check);
};

/** The worst row first. */
export function* picture(report: ReportInParts, survey: Survey, { findings }: Overview): Generator<string> {
  const { columns, rows, order } = survey;
  if (rows === 0) return;
  const heads = columns.map(({ name, meaning }) => html`<th scope="col"><abbr title="${meaning}">${name}</abbr></th>`);
  yield html`
<section class="picture" id="scenarios"><h2>Endpoints × scenarios</h2><div class="card">${filter(survey)}
<table class="grid"><thead><tr><td></td>${heads}</tr></thead><tbody>`.text;
  for (const index of order) {
    const part = report.part(index);
    const row = rowOf(part, columns);
    if (row !== null) yield rowHtml(row, columns, placesIn(part, numbersIn(findings, index))).text;
  }
  yield html`
</tbody></table>${LEGEND}
<details><summary class="soft">What each scenario presents</summary><dl class="facts body">${columns.map(
    ({ name, meaning }) => html`<dt>${name}</dt><dd>${meaning}</dd>`,
  )}</dl></details></div></section>`.text;
}
