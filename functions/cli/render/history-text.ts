/** Renders what is known of a check or an incident, for a terminal: what was seen, what was told, what is open. */
import { printable } from '../../../shared/publish/text.ts';
import type { CheckHistory, IncidentHistory, Spell } from '../history.ts';
import type { Colors } from './colors.ts';
import { MARKS } from './grid.ts';
import { paint } from './matrix.ts';
import { plural } from './summary.ts';

/** `2026-12-01 09:30:00Z`. */
const moment = (instant: number): string => new Date(instant).toISOString().slice(0, 19).replace('T', ' ').concat('Z');

const spellLine = ({ verdict, code, vantage, runs, from, at, message }: Spell, colors: Colors): string => {
  const when = runs === 1 ? moment(at) : `${moment(from)} to ${moment(at)}, ${plural(runs, 'run')}`;
  const what = paint(verdict, `${MARKS[verdict]} ${verdict} ${code}`, colors);
  const why = verdict === 'pass' ? '' : `\n    ${printable(message)}`;
  return `  ${what}  ${colors.dim(`${when}, from ${printable(vantage)}`)}${why}`;
};

const stateLine = ({ vantage, state }: CheckHistory['states'][0], colors: Colors): string => {
  const { candidate, streak, since, announced, recent } = state;
  const flapping = recent?.flapping === true ? ', it flaps' : '';
  const told =
    announced === null
      ? 'nothing was told of it'
      : `told last: ${announced.kind}, ${announced.code}, ${announced.severity}, in the run of ${moment(announced.at)}`;
  return `  ${paint(candidate, `${MARKS[candidate]} ${candidate}`, colors)} since ${moment(since)} (streak ${streak}${flapping}), from ${printable(vantage)}; ${told}`;
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
export const historyText = ({ check, spells, states, incidents }: CheckHistory, colors: Colors): string | null => {
  if (spells.length + states.length + incidents.length === 0) return null;
  return [
    colors.bold(printable(check)),
    ...section(
      'Seen',
      spells.map((each) => spellLine(each, colors)),
      colors,
    ),
    ...section(
      'State',
      states.map((each) => stateLine(each, colors)),
      colors,
    ),
    ...section(
      'Incidents',
      incidents.map((each) => incidentText(each, colors)),
      colors,
    ),
  ].join('\n\n');
};
