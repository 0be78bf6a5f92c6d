/** Transitions of one message → its items: one for each incident, few enough to be read by an engineer on call. */
import type { Thing } from '../model/incident.ts';
import type { Severity } from '../model/names.ts';
import { SCENARIO_NAMES, SEVERITIES } from '../model/names.ts';
import type { NotificationIncident, NotificationItem } from '../model/notification.ts';
import { runbookLink, runbookWord } from '../model/runbook.ts';
import type { Transition } from '../model/state.ts';
import { HOUR, instantOf, iso } from '../model/time.ts';
import { familyOf } from '../scenario/catalogue.ts';
import { fitting, printable } from './text.ts';

const MAX_TEXT = 2000;
const MAX_NAME = 300;
const MAX_NAMES = 100;
const NAMES_BYTES = 8 * 1024;

/** Returns the items, the most severe first. `runbook`: the monitor’s, for what has no runbook of its own. Default: none. */
export const itemsOf = (
  transitions: readonly Transition[],
  runbook: string | null = null,
): readonly NotificationItem[] => {
  const incidents = grouped(transitions.toSorted(worstFirst), ({ incident, id }) => incident?.key ?? id);
  return incidents.map((members) => itemOf(members[0], members, runbook));
};

type Group<T> = readonly [T, ...T[]];

const grouped = <T>(all: readonly T[], keyOf: (one: T) => string): readonly Group<T>[] => {
  const groups = new Map<string, [T, ...T[]]>();
  for (const one of all) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return [...groups.values()];
};

const worstFirst = (a: Transition, b: Transition): number =>
  rank(b.severity) - rank(a.severity) || order(a) - order(b) || compare(a.check, b.check);

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

const rank = (severity: Severity): number => SEVERITIES.indexOf(severity);

/** The control comes first: its result explains the results of the other scenarios. */
const order = ({ scenario }: Transition): number => (scenario === null ? -1 : SCENARIO_NAMES.indexOf(scenario));

const itemOf = (worst: Transition, members: readonly Transition[], runbook: string | null): NotificationItem => {
  const endpoints = [...new Set(members.flatMap(({ endpoint, endpoints: all }) => all ?? endpoint ?? []))];
  const count = Math.max(endpoints.length, ...members.map(({ endpointCount = 0 }) => endpointCount));
  const names = (all: readonly string[]) =>
    fitting(
      all.map((name) => printable(name, MAX_NAME)),
      MAX_NAMES,
      NAMES_BYTES,
    );
  return {
    check: printable(worst.check, MAX_NAME),
    checks: names(members.map(({ check }) => check)),
    endpoint: worst.endpoint === null ? null : printable(worst.endpoint, MAX_NAME),
    endpoints: names(endpoints),
    vantage: printable(worst.vantage, MAX_NAME),
    owner: ownerName(worst.owner),
    code: worst.code,
    severity: worst.severity,
    cause: worst.cause,
    since: iso(members.reduce((first, { since }) => Math.min(first, since), worst.since)),
    message: `${printable(worst.message, MAX_TEXT)}${others(members.length, count)}`,
    advice: worst.advice === null ? null : printable(worst.advice, MAX_TEXT),
    reproduce: worst.reproduce === null ? null : printable(worst.reproduce, MAX_TEXT),
    runbook: runbookLink(isOver(worst) ? runbook : (worst.runbook ?? runbook), runbookWord(worst.kind, worst)),
    evidence: escaped(worst.evidence),
    ...configuredOf(worst, members),
    ...endsOf(worst),
    ...(worst.share !== undefined && count === 1 && { share: worst.share }),
    incident: incidentOf(worst, { members: members.length, endpoints: count }),
  };
};

/** What the configuration says of the same fault: at the most two places. */
const configuredOf = (worst: Transition, members: readonly Transition[]): Pick<NotificationItem, 'configured'> => {
  const said = members.filter(
    ({ check, code, scenario }) =>
      check !== worst.check && code !== worst.code && scenario !== null && familyOf(scenario) === 'configuration',
  );
  const text = said.slice(0, 2).map(({ message }) => message);
  return text.length === 0 ? {} : { configured: printable(text.join(' '), MAX_TEXT) };
};

const endsOf = ({ ends, runStartedAt }: Transition): Pick<NotificationItem, 'ends'> =>
  ends === undefined
    ? {}
    : { ends: { at: ends.at, hoursLeft: Math.round((10 * (instantOf(ends.at) - runStartedAt)) / HOUR) / 10 } };

/** An incident may end with a check of another endpoint than the one that opened it. */
const isOver = ({ kind }: Transition): boolean => kind === 'recovery' || kind === 'closing';

const incidentOf = (
  { incident }: Transition,
  counts: Pick<NotificationIncident, 'members' | 'endpoints'>,
): NotificationIncident | null =>
  incident === undefined
    ? null
    : {
        ...counts,
        key: printable(incident.key, MAX_NAME),
        cause: incident.cause,
        thing: thingOf(incident.thing),
        openedAt: iso(incident.openedAt),
        lastRightAt: null,
        closedBecause: incident.closedBecause,
      };

const thingOf = ({ kind, name, label }: Thing): Thing => ({
  ...{ kind, name: printable(name, MAX_NAME) },
  ...(label !== undefined && { label: printable(label, MAX_NAME) }),
});

/** Returns the owner, printable and at most 256 characters; `unowned` for none: an SNS attribute may not be empty. */
export const ownerName = (owner: string | null): string => printable(owner ?? '', 256) || 'unowned';

const others = (checks: number, endpoints: number): string => {
  // An incident's closing is one transition, and some of its checks may be waived or removed.
  if (checks < endpoints) return ` It was about ${endpoints} endpoints.`;
  if (endpoints > 1)
    return ` The same at ${endpoints - 1} more ${plural('endpoint', endpoints - 1)}: ${checks} checks in all.`;
  return checks > 1 ? ` With it ${checks - 1} more ${plural('check', checks - 1)}.` : '';
};

const plural = (noun: string, count: number): string => (count === 1 ? noun : `${noun}s`);

const escaped = (evidence: Transition['evidence']): Transition['evidence'] =>
  JSON.parse(JSON.stringify(evidence.slice(0, 8)), (_, value) =>
    typeof value === 'string' ? printable(value, MAX_NAME) : value,
  );
