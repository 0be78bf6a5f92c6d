/** Renders who may call what: endpoints and routes × clients, the worst first. */
import type { Answer, Client } from '../../../../shared/model/access.ts';
import { type SharedRow, sharedRows } from '../../../../shared/overview/access.ts';
import type { Overview } from '../../../../shared/overview/overview.ts';
import { ANSWER_WORDS, accessText } from '../../../../shared/overview/overview-words.ts';
import { type Html, html } from '../markup.ts';

/** As the verdicts are coloured. */
const COLOURS: Readonly<Record<Answer, string>> = {
  admitted: 'pass',
  refused: 'refused',
  'wrongly-admitted': 'fail',
  'wrongly-refused': 'fail',
  waived: 'waived',
  untold: 'inconclusive',
  'not-asked': 'none',
};

const cell = (answer: Answer, client: Client | undefined): Html => {
  const { short, meaning } = ANSWER_WORDS[answer];
  return html`<td><span class="says ${COLOURS[answer]}" title="${client?.name ?? ''}: ${meaning}">${short}</span></td>`;
};

const nameOf = ({ endpoint, route }: { readonly endpoint: string; readonly route: string | null }): Html =>
  route === null ? html`<bdi>${endpoint}</bdi>` : html`<bdi>${endpoint}</bdi> <code><bdi>${route}</bdi></code>`;

const rowName = (row: SharedRow): Html =>
  row.alike.length === 1
    ? nameOf(row)
    : html`<details><summary>${nameOf(row)} and ${row.alike.length - 1} more</summary><ul class="body">${row.alike.map(
        (each) => html`<li>${nameOf(each)}</li>`,
      )}</ul></details>`;

const LEGEND = html`<p class="legend">${Object.entries(ANSWER_WORDS).map(
  ([answer, { short, meaning }]) =>
    html`<span><span class="says ${COLOURS[answer as Answer]}">${short}</span> ${meaning}</span>`,
)}</p>`;

export function* access(overview: Overview): Generator<string> {
  const { clients, rows } = overview.access;
  if (rows.length === 0) return;
  yield html`
<section id="access"><h2>Who may call what</h2><p class="soft lead">${accessText(overview)}.</p>
<div class="card wide" tabindex="0" role="group" aria-label="Who may call what"><table class="grid who"><thead><tr><td></td>${clients.map(
    ({ name, kind }) => html`<th scope="col"><span class="up ${kind}"><bdi>${name}</bdi></span></th>`,
  )}</tr></thead><tbody>`.text;
  for (const row of sharedRows(overview.access))
    yield html`
<tr><th scope="row">${rowName(row)}</th>${row.answers.map((answer, at) => cell(answer, clients[at]))}</tr>`.text;
  yield html`
</tbody></table>${LEGEND}</div></section>`.text;
}
