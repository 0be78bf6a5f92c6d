/** Renders what is known of a check, an endpoint or an incident, for a terminal: what was seen, what was told, what is open. */
import type { CheckState } from '../../../shared/model/state.ts';
import { HOUR, type Instant } from '../../../shared/model/time.ts';
import { lengthText } from '../../../shared/publish/headline.ts';
import { printable } from '../../../shared/publish/text.ts';
import type { CheckHistory, EndpointHistory, IncidentHistory, Spell } from '../history.ts';
import type { Colors } from './colors.ts';
import { MARKS } from './grid.ts';
import { paint } from './matrix.ts';
import { incidentText as nameOf } from './silences.ts';
import { plural } from './summary.ts';

/** `2026-12-01 09:30:00Z`. */
const moment = (instant: number): string => new Date(instant).toISOString().slice(0, 19).replace('T', ' ').concat('Z');

/** `2026-12-01 09:30:00Z (5 hours ago)`. */
const momentAgo = (instant: Instant, now: Instant): string =>
  `${moment(instant)} (${lengthText(Math.max(0, now - instant) / HOUR)} ago)`;

const spellLine = ({ verdict, code, vantage, runs, from, at, message }: Spell, colors: Colors): string => {
  const when = runs === 1 ? moment(at) : `${moment(from)} to ${moment(at)}, ${plural(runs, 'run')}`;
  const what = paint(verdict, `${MARKS[verdict]} ${verdict} ${code}`, colors);
  const why = verdict === 'pass' ? '' : `\n    ${printable(message)}`;
  return `  ${what}  ${colors.dim(`${when}, from ${printable(vantage)}`)}${why}`;
};

const verdictText = (candidate: CheckState['candidate'], colors: Colors): string =>
  paint(candidate, `${MARKS[candidate]} ${candidate}`, colors);

const stateLine = ({ vantage, state }: CheckHistory['states'][0], now: Instant, colors: Colors): string => {
  const { candidate, streak, since, announced, recent } = state;
  const flapping = recent?.flapping === true ? ', it flaps' : '';
  const told =
    announced === null
      ? 'nothing was told of it'
      : `told last: ${announced.kind}, ${announced.code}, ${announced.severity}, in the run of ${moment(announced.at)}`;
  return `  ${verdictText(candidate, colors)} since ${momentAgo(since, now)}, ${plural(streak, 'run')} on end${flapping}, from ${printable(vantage)}; ${told}`;
};

export const incidentText = ({ incident, closedAt }: IncidentHistory, colors: Colors): string => {
  const { key, cause, code, thing, severity, kind, openedAt, toldAt, endpoints, check, tellings, ends } = incident;
  const over = closedAt === null ? colors.bold('open') : `closed ${moment(closedAt)} (${ends.join(', ')})`;
  const lines = [
    `${printable(key)}  ${over}`,
    `  ${cause ?? code}, ${severity}: ${thing.kind} ${printable(thing.label ?? thing.name)}`,
    `  since ${moment(openedAt)}, told as ${kind}, last in the run of ${moment(toldAt)}`,
    `  endpoints ${endpoints.map((name) => printable(name)).join(', ') || 'none'}; worst check ${printable(check)}`,
    `  told in ${tellings.map((each) => printable(each)).join(', ')}`,
  ];
  return lines.join('\n');
};

const section = (title: string, lines: readonly string[], colors: Colors): readonly string[] =>
  lines.length === 0 ? [] : [`${colors.bold(title)}\n${lines.join('\n')}`];

/** Newest first. Null where nothing is known of the check. */
export const historyText = (
  { check, spells, states, incidents }: CheckHistory,
  now: Instant,
  colors: Colors,
): string | null => {
  if (spells.length + states.length + incidents.length === 0) return null;
  const told = incidents.map((each) => incidentText(each, colors));
  return [
    colors.bold(printable(check)),
    ...section(
      'Seen',
      spells.map((each) => spellLine(each, colors)),
      colors,
    ),
    ...section(
      'State',
      states.map((each) => stateLine(each, now, colors)),
      colors,
    ),
    ...section('Incidents', told, colors),
  ].join('\n\n');
};

/** `  0f3c9a12  critical  since 2026-12-01 09:30:00Z (5 hours ago)  CLIENT_CERTIFICATE_OPTIONAL of payments`, and its worst check below. */
const incidentLine = ({ incident, closedAt }: IncidentHistory, now: Instant, colors: Colors): string => {
  const { key, severity, openedAt, check, ends } = incident;
  const when =
    closedAt === null
      ? `since ${momentAgo(openedAt, now)}`
      : `${moment(openedAt)} to ${momentAgo(closedAt, now)}, ${ends.join(', ')}`;
  const worst = colors.dim(`\n            ${printable(check)}`);
  return `  ${printable(key).slice(0, 8)}  ${severity.padEnd(8)}  ${when}  ${nameOf(incident)}${worst}`;
};

/** What is open, the oldest first, and what closed lately, the newest first. */
export const incidentsText = (known: readonly IncidentHistory[], now: Instant, colors: Colors): string => {
  const lines = (some: readonly IncidentHistory[]) => some.map((each) => incidentLine(each, now, colors));
  const open = known.filter(({ closedAt }) => closedAt === null);
  const closed = known.filter(({ closedAt }) => closedAt !== null);
  return [
    ...section(
      'Open',
      open.length === 0
        ? ['  nothing']
        : lines(open.toSorted((one, other) => one.incident.openedAt - other.incident.openedAt)),
      colors,
    ),
    ...section(
      'Closed lately',
      lines(closed.toSorted((one, other) => (other.closedAt ?? 0) - (one.closedAt ?? 0))),
      colors,
    ),
  ].join('\n\n');
};

/** The checks that do not pass, and the incidents. */
export const endpointText = (
  { endpoint, checks, incidents }: EndpointHistory,
  now: Instant,
  colors: Colors,
): string => {
  const bad = checks.filter(({ state }) => state.candidate !== 'pass');
  const head = `${colors.bold(printable(endpoint))}  ${plural(checks.length, 'check')}, ${checks.length - bad.length} pass`;
  const lines = bad.map(
    ({ id, vantage, state: { candidate, since } }) =>
      `  ${verdictText(candidate, colors)} since ${momentAgo(since, now)}  ${printable(id)}${vantage === 'default' ? '' : `, from ${printable(vantage)}`}`,
  );
  return [head, ...section('Checks that do not pass', lines, colors), incidentsText(incidents, now, colors)].join(
    '\n\n',
  );
};
