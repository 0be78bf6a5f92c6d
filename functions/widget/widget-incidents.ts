/** The incidents that are open, worst first; those that somebody silenced or knows stand last, and say so. */

import type { Incident } from '../../shared/model/incident.ts';
import { runbookLink } from '../../shared/model/runbook.ts';
import { type Instant, iso, MINUTE } from '../../shared/model/time.ts';
import type { BoardIncident } from '../../shared/overview/board.ts';
import { andMore, count } from '../../shared/overview/overview-words.ts';
import { calledText } from '../../shared/publish/headline.ts';
import { printable, words } from '../../shared/publish/text.ts';
import { type Html, html } from '../cli/render/markup.ts';
import { link, paged, reasonsButton, type WidgetPlace, type WidgetView } from './widget-view.ts';

/** A name in a row. */
export const short = (text: string): string => printable(text, 120);

/** `12 minutes`, `5 hours`, `3 days`. */
export const lasted = (from: Instant, now: Instant): string => {
  const minutes = Math.max(0, Math.floor((now - from) / MINUTE));
  if (minutes < 120) return count(minutes, 'minute');
  return minutes < 48 * 60 ? count(Math.floor(minutes / 60), 'hour') : count(Math.floor(minutes / 1440), 'day');
};

const AS_VERDICT = { critical: 'fail', warning: 'inconclusive', info: 'waived', none: 'waived' } as const;

/** `served chain expired: certificate 9f86d0…`; an endpoint or an identity by its name. */
export const incidentTitle = ({ cause, code, thing, endpoints }: Incident): string => {
  const what = words(cause ?? code);
  if (thing.kind === 'certificate')
    return `${what}: certificate ${short(thing.name).slice(0, 12)}… (${andMore([short(endpoints[0] ?? '')], endpoints.length)})`;
  if (thing.kind === 'endpoint') return `${what}: ${andMore([short(endpoints[0] ?? thing.name)], endpoints.length)}`;
  return `${what}: ${short(calledText(thing) ?? `${thing.kind} ${thing.name}`)}`;
};

const untold = ({ silence, known }: BoardIncident): Html | null =>
  silence === null
    ? null
    : html`<small><b>${known ? 'Acknowledged' : 'Silenced'}</b> by <bdi>${short(silence.by)}</bdi>${
        silence.until === null ? null : ` until ${iso(silence.until).slice(0, 16).replace('T', ' ')} UTC`
      }: <bdi>${short(silence.reason)}</bdi></small>`;

const row = (each: BoardIncident, place: WidgetPlace, now: Instant): Html => {
  const { incident } = each;
  const { severity, kind, owners, endpoints, openedAt, key, cause, code } = incident;
  const named = owners.flatMap((owner) => (owner === null ? [] : [short(owner)]));
  const book = link(runbookLink(place.runbook, cause ?? code), 'Runbook');
  return html`
<tr><td class="mm-${AS_VERDICT[severity]}">${severity}</td><th scope="row"><bdi>${incidentTitle(incident)}</bdi>${kind === 'blind' ? html`<small>blind: nobody can tell what is enforced there</small>` : null}${untold(each)}</th>
<td>${lasted(openedAt, now)}<small>${iso(openedAt).slice(0, 16).replace('T', ' ')} UTC</small></td><td><bdi>${named.length === 0 ? 'nobody' : andMore(named.slice(0, 2), named.length)}</bdi></td>
<td>${endpoints.length}</td><td>${reasonsButton('incident', key, place)} ${book}</td></tr>`;
};

export const incidentsHtml = (
  incidents: readonly BoardIncident[],
  view: WidgetView,
  place: WidgetPlace,
  now: Instant,
): Html => {
  if (incidents.length === 0) return html`<h3>Open incidents</h3><p class="mm-pass">No incident is open.</p>`;
  const { rows, foot } = paged(incidents, 'incidents', view, place);
  return html`<h3>Open incidents</h3><div class="mm-wide" tabindex="0" role="group" aria-label="Open incidents"><table>
<thead><tr><th scope="col">severity</th><th scope="col">what</th><th scope="col">for</th><th scope="col">owner</th><th scope="col">endpoints</th><th scope="col">why, and what to do</th></tr></thead>
<tbody>${rows.map((each) => row(each, place, now))}</tbody></table></div>${foot}`;
};
