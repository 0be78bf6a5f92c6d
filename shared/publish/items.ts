/**
 * Transitions of one message → its items, few enough to be read by an engineer on call.
 *
 * At one endpoint, transitions with the same cause are one item; without a cause, those with the same code; all recoveries are one item, and so are all closings.
 * Across endpoints, items with the same cause and code, recoveries of the same code, and closings, are one item; if the cause is a shared CA or CRL,
 * one item for each CA or CRL. Other items stay with their endpoint, since their text is about it (a date, a fingerprint).
 * A transition without an endpoint is an item of its own.
 */
import type { Severity } from '../model/names.ts';
import { SCENARIO_NAMES, SEVERITIES } from '../model/names.ts';
import type { NotificationItem } from '../model/notification.ts';
import type { Transition } from '../model/state.ts';
import { iso } from '../model/time.ts';
import { fitting, printable } from './text.ts';

const MAX_TEXT = 2000;
const MAX_NAME = 300;
const MAX_NAMES = 100;
const NAMES_BYTES = 8 * 1024;

/** Returns the items, the most severe first. */
export const itemsOf = (transitions: readonly Transition[]): readonly NotificationItem[] => {
  const here = grouped(transitions.toSorted(worstFirst), (one) => JSON.stringify([one.vantage, ...atEndpoint(one)]));
  const everywhere = grouped(here, ([worst]) => JSON.stringify([worst.vantage, ...acrossEndpoints(worst)]));
  return everywhere.map((parts) => itemOf(parts[0][0], parts.flat()));
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

const isEnd = (kind: Transition['kind']): boolean => kind === 'recovery' || kind === 'closing';

const atEndpoint = ({ endpoint, check, kind, cause, code }: Transition): readonly (string | null)[] => {
  if (endpoint === null) return ['check', check];
  if (isEnd(kind)) return [kind, endpoint];
  return cause === null ? ['code', endpoint, code] : ['cause', endpoint, cause];
};

/** Keeps items apart that need separate repairs: each unusable identity, and each CA or CRL that the advice names. */
const which = ({ kind, cause, subject, advice }: Transition): string | null => {
  if (isEnd(kind)) return null;
  if (cause === 'IDENTITY_UNUSABLE') return subject;
  return cause === 'TRUST_BUNDLE_EXPIRING' || cause === 'CRL_STALE' ? advice : null;
};

const acrossEndpoints = (worst: Transition): readonly (string | null)[] => {
  const { endpoint, kind, cause, code } = worst;
  if (endpoint === null || (!isEnd(kind) && cause === null)) return atEndpoint(worst);
  return [isEnd(kind) ? kind : 'cause', cause, code, which(worst)];
};

const worstFirst = (a: Transition, b: Transition): number =>
  rank(b.severity) - rank(a.severity) || order(a) - order(b) || compare(a.check, b.check);

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

const rank = (severity: Severity): number => SEVERITIES.indexOf(severity);

/** The control comes first: its result explains the results of the other scenarios. */
const order = ({ scenario }: Transition): number => (scenario === null ? -1 : SCENARIO_NAMES.indexOf(scenario));

const itemOf = (worst: Transition, members: readonly Transition[]): NotificationItem => {
  const endpoints = [...new Set(members.flatMap(({ endpoint }) => endpoint ?? []))];
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
    message: `${printable(worst.message, MAX_TEXT)}${others(members.length, endpoints.length)}`,
    advice: worst.advice === null ? null : printable(worst.advice, MAX_TEXT),
    reproduce: worst.reproduce === null ? null : printable(worst.reproduce, MAX_TEXT),
    evidence: escaped(worst.evidence),
  };
};

/** Returns the owner, printable and at most 256 characters; `unowned` for none: an SNS attribute may not be empty. */
export const ownerName = (owner: string | null): string => printable(owner ?? '', 256) || 'unowned';

const others = (checks: number, endpoints: number): string => {
  if (endpoints > 1)
    return ` The same at ${endpoints - 1} more ${plural('endpoint', endpoints - 1)}: ${checks} checks in all.`;
  return checks > 1 ? ` With it ${checks - 1} more ${plural('check', checks - 1)}.` : '';
};

const plural = (noun: string, count: number): string => (count === 1 ? noun : `${noun}s`);

const escaped = (evidence: Transition['evidence']): Transition['evidence'] =>
  JSON.parse(JSON.stringify(evidence.slice(0, 8)), (_, value) =>
    typeof value === 'string' ? printable(value, MAX_NAME) : value,
  );
