/** What the last runs have seen: the enforcement grid, who may call what, and what ends first. */
import type { Answer } from '../../shared/model/access.ts';
import { SCENARIO_NAMES, type ScenarioName, type Verdict } from '../../shared/model/names.ts';
import { type SharedRow, sharedRows, wrongAnswers } from '../../shared/overview/access.ts';
import type { Board, BoardRow } from '../../shared/overview/board.ts';
import { ANSWER_WORDS, accessText, andMore, count, KIND_WORDS } from '../../shared/overview/overview-words.ts';
import { dateText } from '../../shared/publish/headline.ts';
import { scenarioNamed } from '../../shared/scenario/catalogue.ts';
import { MARK_WORDS, MARKS, NO_CHECK } from '../cli/render/grid.ts';
import { type Html, html } from '../cli/render/markup.ts';
import { short } from './widget-incidents.ts';
import { paged, reasonsButton, type WidgetPlace, type WidgetView } from './widget-view.ts';

/** Columns of clients; a screen has no room for more. */
const MOST_CLIENTS = 16;
const MOST_WRONG = 3;

const wide = (label: string, table: Html): Html =>
  html`<div class="mm-wide" tabindex="0" role="group" aria-label="${label}">${table}</div>`;

const mark = (verdict: Verdict | undefined, meaning: string): Html =>
  verdict === undefined
    ? html`<td class="mm-cell mm-none" title="${meaning}: not asked">${NO_CHECK}</td>`
    : html`<td class="mm-cell mm-${verdict}" title="${meaning}: ${MARK_WORDS[verdict]}">${MARKS[verdict]}</td>`;

const meaningOf = (scenario: ScenarioName): string => scenarioNamed(scenario).column?.meaning ?? scenario;

const gridRow = ({ endpoint, worst, verdicts }: BoardRow, columns: readonly ScenarioName[], place: WidgetPlace): Html =>
  html`
<tr><th scope="row"><bdi>${short(endpoint)}</bdi></th>${columns.map((name) => mark(verdicts.get(name), meaningOf(name)))}<td>${worst === 'pass' ? null : reasonsButton('endpoint', endpoint, place)}</td></tr>`;

/** Endpoints that are fine are counted: on a page of its own the grid has them too. */
export const gridHtml = ({ rows }: Board, view: WidgetView, place: WidgetPlace): Html => {
  const columns = SCENARIO_NAMES.filter((name) => rows.some(({ verdicts }) => verdicts.has(name)));
  const { rows: shown, foot } = paged(rows, 'grid', view, place);
  const of = (verdict: Verdict) => rows.filter(({ worst }) => worst === verdict).length;
  const legend = (['pass', 'fail', 'inconclusive', 'waived'] as const).map(
    (verdict) => html`<span class="mm-${verdict}">${MARKS[verdict]}</span> ${MARK_WORDS[verdict]} `,
  );
  return html`<h3>Enforcement</h3><p>${count(rows.length, 'endpoint')}: ${of('fail')} fail, ${of('inconclusive')} cannot be told, ${of('waived')} waived, ${of('pass')} as they must be. <small>${legend}</small></p>${wide(
    'Enforcement',
    html`<table><thead><tr><th scope="col">endpoint</th>${columns.map((name) => html`<th scope="col" class="mm-cell" title="${meaningOf(name)}">${scenarioNamed(name).column?.head ?? name}</th>`)}<th scope="col">why</th></tr></thead>
<tbody>${shown.map((row) => gridRow(row, columns, place))}</tbody></table>`,
  )}${foot}`;
};

const ANSWER_CLASS: Readonly<Record<Answer, string>> = {
  ...{ admitted: 'pass', refused: 'none', 'wrongly-admitted': 'fail', 'wrongly-refused': 'fail' },
  ...{ waived: 'waived', untold: 'inconclusive', 'not-asked': 'none' },
};

const answerCell = (answer: Answer, client: string): Html =>
  html`<td class="mm-cell mm-${ANSWER_CLASS[answer]}" title="${client}: ${ANSWER_WORDS[answer].meaning}">${ANSWER_WORDS[answer].short}</td>`;

const accessRow = ({ endpoint, route, answers, alike }: SharedRow, clients: readonly string[]): Html => html`
<tr><th scope="row"><bdi>${andMore([short(route === null ? endpoint : `${endpoint} ${route}`)], alike.length)}</bdi></th>${clients.map((client, at) => answerCell(answers[at] ?? 'not-asked', client))}</tr>`;

/** Rows with the same answers are one. */
export const accessHtml = ({ access }: Board, view: WidgetView, place: WidgetPlace): Html => {
  const clients = access.clients.slice(0, MOST_CLIENTS).map(({ name }) => short(name));
  const { rows, foot } = paged(sharedRows(access), 'access', view, place);
  const wrong = wrongAnswers(access);
  const hidden = access.clients.length - clients.length;
  return html`<h3>Who may call what</h3><p>${accessText({ access })}.</p>${wrong.slice(0, MOST_WRONG).map((text) => html`<p class="mm-fail"><bdi>${text.slice(0, 400)}</bdi></p>`)}${
    wrong.length > MOST_WRONG ? html`<p class="mm-soft">and ${wrong.length - MOST_WRONG} more</p>` : null
  }${wide(
    'Who may call what',
    html`<table><thead><tr><th scope="col">endpoint</th>${clients.map((name) => html`<th scope="col" class="mm-cell mm-end"><span class="mm-up"><bdi>${name}</bdi></span></th>`)}</tr></thead>
<tbody>${rows.map((row) => accessRow(row, clients))}</tbody></table>`,
  )}${foot}${hidden > 0 ? html`<p class="mm-soft">${count(hidden, 'identity', 'identities')} more: mtls-monitor access</p>` : null}`;
};

export const expiryHtml = ({ endings, undated, cut }: Board, view: WidgetView, place: WidgetPlace): Html => {
  const { rows, foot } = paged(endings, 'expiry', view, place);
  const state = (hours: number) => (hours < 7 * 24 ? 'fail' : hours < 30 * 24 ? 'inconclusive' : 'none');
  return html`<h3>What ends first</h3>${undated > 0 ? html`<p class="mm-inconclusive">${count(undated, 'end')} could not be seen.</p>` : null}${wide(
    'What ends first',
    html`<table><thead><tr><th scope="col">ends</th><th scope="col">what</th><th scope="col">where</th></tr></thead>
<tbody>${rows.map(
      (each) => html`
<tr><td class="mm-${state(each.hoursLeft)}">${dateText(each)}</td><th scope="row">${KIND_WORDS[each.kind]} <bdi>${short(each.name)}</bdi></th><td><bdi>${
        each.serving > 0 ? andMore(each.endpoints.slice(0, 2).map(short), each.serving) : short(each.of ?? '')
      }</bdi></td></tr>`,
    )}</tbody></table>`,
  )}${foot}${cut ? html`<p class="mm-soft">Of each run the first 200 dates are here: mtls-monitor expiry lists all.</p>` : null}`;
};
