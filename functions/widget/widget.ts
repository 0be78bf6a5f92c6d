/** The custom widget of the CloudWatch dashboard, as HTML: without a script, and all that is clicked calls the same function again. */
import { type Instant, instantOf } from '../../shared/model/time.ts';
import { type Board, boardOf, type Stored } from '../../shared/overview/board.ts';
import { count } from '../../shared/overview/overview-words.ts';
import { type Html, html } from '../cli/render/markup.ts';
import { incidentsHtml, lasted } from './widget-incidents.ts';
import { endpointReasons, incidentReasons } from './widget-reasons.ts';
import { styleOf } from './widget-style.ts';
import { accessHtml, expiryHtml, gridHtml } from './widget-tables.ts';
import { link, pageButton, type SectionName, type WidgetPlace, type WidgetView } from './widget-view.ts';

/** What CloudWatch shows to who adds the widget to a dashboard. */
export const DESCRIPTION = `## mtls-monitor
Open incidents, the enforcement grid, who may call what, and what ends first, of one monitor.
No parameter is needed. \`section\`: \`incidents\`, \`grid\`, \`access\` or \`expiry\` shows this one alone, 25 rows a page.
\`\`\` yaml
section: all
\`\`\``;

export type WidgetInput = Stored & {
  /** Sentences: what could not be read, and what to do. */
  readonly problems: readonly string[];
};

const SUITE_NAMES = {
  enforcement: 'enforcement',
  isolation: 'isolation',
  certificates: 'certificates',
  all: 'all suites',
};

const headText = ({ incidents }: Board): string => {
  if (incidents === null) return 'Which incidents are open is not known';
  const told = incidents.filter(({ silence }) => silence === null);
  const critical = told.filter(({ incident }) => incident.severity === 'critical').length;
  const quiet = incidents.length - told.length;
  const open = told.length === 0 ? 'No incident is open' : `${count(told.length, 'incident')} open`;
  return `${open}${critical === 0 ? '' : `, ${critical} critical`}${quiet === 0 ? '' : `, ${quiet} silenced or acknowledged`}`;
};

/** When each suite was last asked. */
const runsText = ({ runs }: Board, now: Instant): string => {
  const newest = [...Map.groupBy(runs, ({ suite }) => suite)].flatMap(([suite, [run]]) =>
    run === undefined
      ? []
      : [`${SUITE_NAMES[suite]} ${lasted(instantOf(run.startedAt), now)} ago${run.complete ? '' : ' (not finished)'}`],
  );
  return `Last asked: ${newest.join(', ')}.`;
};

const nothingYet = (place: WidgetPlace): Html =>
  html`<p>No run has left a result in the last thirty days: start an execution of the ${
    link(place.stateMachine, 'state machine') ?? 'state machine'
  } with the input {} and reload in some minutes.</p>`;

const sections = (board: Board, view: WidgetView, place: WidgetPlace, now: Instant): readonly (Html | null)[] => {
  const has = (section: SectionName) => view.section === 'all' || view.section === section;
  const { incidents, rows, access, endings, undated, runs } = board;
  return [
    has('incidents') && incidents !== null ? incidentsHtml(incidents, view, place, now) : null,
    has('grid') && rows.length > 0 ? gridHtml(board, view, place) : null,
    has('access') && access.rows.length > 0 ? accessHtml(board, view, place) : null,
    has('expiry') && endings.length + undated > 0 ? expiryHtml(board, view, place) : null,
    runs.length === 0 ? nothingYet(place) : null,
  ];
};

const bodyOf = (board: Board, view: WidgetView, place: WidgetPlace, now: Instant): Html => {
  const { incident: key, endpoint } = view;
  if (key !== undefined) {
    if (board.incidents === null) return html`<p>${headText(board)}.</p>`;
    return incidentReasons(
      board.incidents.find(({ incident }) => incident.key === key),
      board,
      place,
      now,
    );
  }
  if (endpoint !== undefined) return endpointReasons(endpoint, board, place);
  const back = view.section === 'all' ? null : html`<p>${pageButton('Back to all', 'all', 0, place)}</p>`;
  const asked = board.runs.length === 0 ? null : html`<p class="mm-soft">${runsText(board, now)}</p>`;
  return html`<p class="mm-head">${headText(board)}</p>${asked}${back}${sections(board, view, place, now)}`;
};

/** At most some 100 KB, however many endpoints there are: each section has a page of rows. Lambda's answer may have 6 MB. */
export const widgetHtml = (input: WidgetInput, view: WidgetView, place: WidgetPlace, now: Instant): string =>
  html`${styleOf(view)}<div class="mm">${input.problems.map((text) => html`<p class="mm-inconclusive">${text}</p>`)}${bodyOf(boardOf(input, now), view, place, now)}</div>`
    .text;
