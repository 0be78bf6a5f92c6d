/** Renders silences, and the incidents that they keep silent. */
import type { Incident } from '../../../shared/model/incident.ts';
import { isAck, type ShownSilence, type Silence } from '../../../shared/model/silence.ts';
import type { Transition } from '../../../shared/model/state.ts';
import { iso } from '../../../shared/model/time.ts';
import { andMore } from '../../../shared/overview/overview-words.ts';
import { printable } from '../../../shared/publish/text.ts';
import type { Colors } from './colors.ts';
import { plural } from './summary.ts';

/** `endpoint payments, cause ENDPOINT_DOWN` */
export const matchersOf = ({ endpoint, cause, owner, incident }: Partial<Silence>): string =>
  Object.entries({ endpoint, cause, owner, incident })
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${printable(value, 300)}`]))
    .join(', ');

/** `CLIENT_CERTIFICATE_OPTIONAL of payments and 2 more` */
export const incidentText = ({ cause, code, thing, endpoints }: Incident): string => {
  const name =
    thing.kind === 'endpoint' ? printable(thing.name) : `${thing.kind} ${printable(thing.label ?? thing.name, 40)}`;
  const more = endpoints.filter((each) => each !== thing.name).length;
  const at = thing.kind === 'endpoint' && more > 0 ? ` and ${more} more` : '';
  return `${cause ?? code} of ${name}${at}`;
};

/** Incidents that a line names. */
const NAMED = 3;

export const keepsText = (incidents: readonly Incident[]): string =>
  incidents.length === 0
    ? 'nothing that is open now'
    : `${plural(incidents.length, 'open incident')}: ${andMore(incidents.slice(0, NAMED).map(incidentText), incidents.length)}`;

export const silenceLines = (silence: Silence, incidents: readonly Incident[], colors: Colors): readonly string[] => {
  const { id, until, reason, by } = silence;
  const when = until === null ? 'acknowledged until it closes' : `until ${iso(until).slice(0, 16)}Z`;
  return [
    `  ${colors.bold(printable(id))}  ${isAck(silence) ? `incident ${printable(silence.incident ?? '')}` : matchersOf(silence)}  ${when}`,
    `    ${colors.dim('why   ')} ${printable(reason)}${by === '' ? '' : colors.dim(` (${printable(by)})`)}`,
    `    ${colors.dim('keeps ')} ${keepsText(incidents)}`,
  ];
};

type Holding = { readonly silence: Silence; readonly incidents: readonly Incident[] };

/** The section of a check’s text. `waiting`: changes that are silenced. Empty if nothing is silenced. */
export const renderSilenced = (holding: readonly Holding[], waiting: readonly Transition[], colors: Colors): string =>
  holding.length + waiting.length === 0
    ? ''
    : [
        `${colors.bold('Silenced')} ${colors.dim('(measured all the same; told by the first run after the end that still finds it)')}`,
        ...holding.flatMap(({ silence, incidents }) => silenceLines(silence, incidents, colors)),
        ...waiting.map(({ kind, message }) => `  ${kind.padEnd(10)} ${colors.dim(printable(message))}`),
      ].join('\n');

/** `, 1 silence, 2 acknowledged`; empty if there is none. */
export const silencesCount = (silences: readonly ShownSilence[] = []): string => {
  const acks = silences.filter(({ until }) => until === null).length;
  const others = silences.length - acks;
  return `${others === 0 ? '' : `, ${plural(others, 'silence')}`}${acks === 0 ? '' : `, ${acks} acknowledged`}`;
};
