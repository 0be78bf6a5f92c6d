/** configured-access → verdict: for each identity and route, what the registry wants, what the source says, and what the wire did. */
import type { RouteRef } from '../../model/check.ts';
import type { Claim } from '../../model/claim.ts';
import type { Covered } from '../../model/configured.ts';
import type { Endpoint } from '../../model/registry.ts';
import type { CheckResult, ConfiguredCell } from '../../model/report.ts';
import { type Finding, type Judged, judgedBy, placeText } from './configured-finding.ts';
import { type AskedRequest, type ClientNames, type Decision, decide } from './decision.ts';
import { type Seen, seenOfIdentity } from './wire.ts';

export type AccessWire = {
  readonly endpoint: Endpoint;
  /** Of the endpoint’s other checks. */
  readonly results: readonly CheckResult[];
  /** By identity. One that cannot be read has none, and nothing is said of it. */
  readonly names: ReadonlyMap<string, ClientNames>;
};
export type JudgedAccess = Judged & { readonly cells: readonly ConfiguredCell[] };

/** Null where the source says nothing of who is admitted. */
export const judgeAccess = ({ source, claims }: Covered, wire: AccessWire): JudgedAccess | null => {
  const rules = claims.flatMap(({ admission }) => (admission === null ? [] : [admission]));
  const [first] = rules;
  if (first === undefined || wire.names.size === 0) return null;
  const cells = requestsOf(wire.endpoint).flatMap((request) =>
    [...wire.names].flatMap(([name, names]) => {
      const wants = wantedOf(name, request.route, wire.endpoint);
      return wants === null ? [] : [cellOf({ name, names, wants, request }, rules, wire)];
    }),
  );
  const undecided = cells.filter(({ decision }) => decision.says === 'unknown');
  const findings = cells.flatMap((cell) => findingOf(cell, source, wire.endpoint));
  const judged = judgedBy(findings, agreeing(cells, source, wire.endpoint, placeText(first.at)));
  const shown = cells.map(({ name, route, decision }) => ({
    client: name,
    route: routeText(route),
    says: decision.says,
  }));
  if (findings.length > 0 || undecided.length === 0) return { ...judged, cells: shown };
  return { ...undecidedBy(undecided, source, wire.endpoint), cells: shown };
};

type Request = { readonly route: RouteRef | null; readonly asked: AskedRequest };
type Cell = {
  readonly name: string;
  readonly route: RouteRef | null;
  readonly wants: 'admitted' | 'refused';
  readonly decision: Decision;
  readonly seen: Seen;
};

const requestsOf = ({ http, path, hostHeader, routes }: Endpoint): readonly Request[] => [
  { route: null, asked: { method: http.method, path, host: hostHeader } },
  ...routes.map(({ method, path: own }) => ({
    route: { method, path: own },
    asked: { method, path: own, host: hostHeader },
  })),
];

const wantedOf = (name: string, route: RouteRef | null, endpoint: Endpoint): Cell['wants'] | null => {
  const { admits, refuses } =
    route === null
      ? endpoint
      : (endpoint.routes.find(({ method, path }) => method === route.method && path === route.path) ?? endpoint);
  if (admits.includes(name)) return 'admitted';
  return refuses.includes(name) ? 'refused' : null;
};

type Question = Pick<Cell, 'name' | 'wants'> & { readonly names: ClientNames; readonly request: Request };

/** Of several claims about one endpoint each has to admit: a request passes them one after the other. */
const cellOf = (
  { name, names, wants, request }: Question,
  rules: readonly NonNullable<Claim['admission']>[],
  { results }: AccessWire,
): Cell => {
  const decisions = rules.map(({ value, at }): Decision => withPlace(decide(value, names, request.asked), at));
  const decision =
    decisions.find(({ says }) => says === 'refused') ??
    decisions.find(({ says }) => says === 'unknown') ??
    decisions[0];
  return {
    ...{ name, route: request.route, wants, seen: seenOfIdentity(name, request.route, results) },
    decision: decision ?? { says: 'unknown', because: 'no rule speaks of it', at: null, byDefault: true },
  };
};

const withPlace = (decision: Decision, at: NonNullable<Claim['admission']>['at']): Decision =>
  decision.at === null ? { ...decision, at } : decision;

const findingOf = (cell: Cell, source: string, endpoint: Endpoint): readonly Finding[] => {
  const { wants, decision, seen } = cell;
  if (decision.says === 'unknown') return [];
  const cause = seen.by !== null && seen.saw !== wants ? seen.by.cause : null;
  const isOther = seen.saw !== 'unknown' && seen.saw !== decision.says;
  const did = `the wire ${seen.saw === 'admitted' ? 'admits' : 'refuses'} it`;
  const text = sayingOf(cell, source, endpoint);
  if (decision.says === wants) return isOther ? [{ ...ON_PAPER[wants], message: `${text}, and ${did}.`, cause }] : [];
  const wire = seen.saw === 'unknown' ? '' : `, and ${did}${isOther ? ' all the same' : ', too'}`;
  const message = `${text}; the registry says that it must be ${wants}${wire}.`;
  // Where no rule speaks of it and it is refused, somebody else authorizes: the application often does.
  const severity = decision.says === 'admitted' && decision.byDefault && seen.saw === 'refused' ? 'info' : 'warning';
  return [{ ...MISMATCH[decision.says], severity, message, cause }];
};

/** As the registry wants it, and not as the wire has it. */
const ON_PAPER = {
  refused: { code: 'CONFIGURATION_SAYS_REFUSED', severity: 'critical' },
  admitted: { code: 'CONFIGURATION_SAYS_ADMITTED', severity: 'warning' },
} as const;
/** By what the source says, where the registry wants the opposite. */
const MISMATCH = {
  admitted: { code: 'CONFIGURATION_ADMITS_REFUSED' },
  refused: { code: 'CONFIGURATION_REFUSES_ADMITTED' },
} as const;

const sayingOf = (
  { name, route, decision: { says, because, at } }: Cell,
  source: string,
  endpoint: Endpoint,
): string => {
  const where = `${endpoint.name}${route === null ? '' : ` ${routeText(route)}`}`;
  const place = at === null ? '' : `; ${placeText(at)}`;
  return `${source} says that ${where} ${says === 'admitted' ? 'admits' : 'refuses'} ${name} (${because}${place})`;
};

const routeText = (route: RouteRef | null): string | null => (route === null ? null : `${route.method} ${route.path}`);

const agreeing = (cells: readonly Cell[], source: string, { name }: Endpoint, at: string): string =>
  `${source} admits and refuses at ${name} whom the registry names: ${cells.length} answer${cells.length === 1 ? '' : 's'} agree (${at}).`;

const undecidedBy = (cells: readonly Cell[], source: string, { name }: Endpoint): Judged => {
  const [first] = cells;
  const more = cells.length > 1 ? `; so it is for ${cells.length - 1} more` : '';
  return {
    ...{ verdict: 'inconclusive', code: 'CONFIGURATION_UNDECIDED', severity: 'warning', cause: null },
    message: `${source} does not say whether ${name} admits ${first?.name}: ${first?.decision.because}${more}.`,
  };
};
