/** What a click on `Why` shows: what an incident is, what was seen, what to do, and the commands to paste. */
import type { Incident } from '../../shared/model/incident.ts';
import { runbookLink } from '../../shared/model/runbook.ts';
import type { Reason } from '../../shared/model/snapshot.ts';
import type { Instant } from '../../shared/model/time.ts';
import type { Board, BoardIncident } from '../../shared/overview/board.ts';
import { andMore, count } from '../../shared/overview/overview-words.ts';
import { sectionOf } from '../../shared/verdict/explain/sections.ts';
import { type Html, html } from '../cli/render/markup.ts';
import { incidentTitle, lasted, short } from './widget-incidents.ts';
import { link, type WidgetPlace } from './widget-view.ts';

const MOST_REASONS = 10;
const MOST_NAMES = 50;

/** In quotes for a shell: a name may hold anything. */
const quoted = (text: string): string => (/^[\w./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

const commands = (stack: string, check: string, incident: string | null): Html => html`
<p class="mm-soft">To paste in a terminal:</p><code>mtls-monitor history ${quoted(check)} --stack ${quoted(stack)}</code>${
  incident === null
    ? null
    : html`<code>mtls-monitor ack ${quoted(incident)} --reason "on it" --stack ${quoted(stack)}</code>`
}<code>mtls-monitor last --stack ${quoted(stack)}</code>`;

const reasonHtml = ({ verdict, check, message, reproduce, code, cause }: Reason): Html => html`
<p><b class="mm-${verdict}">${verdict}</b> <bdi>${short(check)}</bdi> <small>${cause ?? code}</small><bdi>${message}</bdi></p>${reproduce === null ? null : html`<code>${reproduce.slice(0, 1200)}</code>`}`;

const reasonsHtml = (reasons: readonly Reason[]): Html =>
  reasons.length === 0
    ? html`<p class="mm-soft">The last runs have no finding of it: it may be over, and its end is told when it has settled.</p>`
    : html`${reasons.slice(0, MOST_REASONS).map(reasonHtml)}${
        reasons.length > MOST_REASONS ? html`<p class="mm-soft">and ${reasons.length - MOST_REASONS} more</p>` : null
      }`;

/** Those of its topic at its endpoints, and of its check. */
const reasonsFor = ({ check, cause, code, endpoints }: Incident, reasons: readonly Reason[]): readonly Reason[] => {
  const at = new Set(endpoints);
  return reasons.filter(
    (each) =>
      each.check === check ||
      ((each.cause ?? each.code) === (cause ?? code) && each.endpoint !== null && at.has(each.endpoint)),
  );
};

/** The cure is for the server that was recognised, where a run has seen it. */
const sectionHtml = (cure: string | null, word: Incident['code'] | NonNullable<Incident['cause']>): Html | null => {
  const section = sectionOf(word);
  if (section === null) return null;
  const { meaning, first, cures } = section;
  const cured = cure === null ? cures.slice(0, 2) : [cure];
  return html`<p>${meaning.join(' ')}</p><p><b>First:</b> ${first}</p>${cured.map((each) => html`<p><b>Cure:</b> <bdi>${each}</bdi></p>`)}`;
};

/** `found`: undefined where it is closed by now. */
export const incidentReasons = (
  found: BoardIncident | undefined,
  { reasons }: Board,
  place: WidgetPlace,
  now: Instant,
): Html => {
  if (found === undefined) return html`<p>This incident is closed by now. Reload the dashboard.</p>`;
  const { incident } = found;
  const { cause, code, endpoints, openedAt, key, check } = incident;
  const names = endpoints.slice(0, MOST_NAMES).map(short);
  const own = reasonsFor(incident, reasons);
  const book = link(
    own.find(({ runbook }) => runbook !== null)?.runbook ?? runbookLink(place.runbook, cause ?? code),
    'Runbook',
  );
  return html`<h3><bdi>${incidentTitle(incident)}</bdi></h3><p>Open for ${lasted(openedAt, now)}. ${book}</p>${sectionHtml(own[0]?.cure ?? null, cause ?? code)}
<p><b>${count(endpoints.length, 'endpoint')}:</b> <bdi>${andMore(names, endpoints.length)}</bdi></p>${reasonsHtml(own)}${commands(place.stack, check, key)}`;
};

export const endpointReasons = (endpoint: string, { reasons }: Board, place: WidgetPlace): Html => {
  const own = reasons.filter((each) => each.endpoint === endpoint);
  const check = own[0]?.check;
  return html`<h3><bdi>${short(endpoint)}</bdi></h3>${reasonsHtml(own)}${check === undefined ? null : commands(place.stack, check, null)}`;
};
