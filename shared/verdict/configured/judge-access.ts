/** configured-access → verdict: for each identity and route, what the registry wants, what the source says, and what the wire did. */
import { type AskedRequest, requestsOf } from '../../model/asked-request.ts';
import type { RouteRef } from '../../model/check.ts';
import type { Claim } from '../../model/claim.ts';
import type { Covered } from '../../model/configured.ts';
import type { ConfiguredCell } from '../../model/configured-cell.ts';
import type { Endpoint } from '../../model/registry.ts';
import type { CheckResult } from '../../model/report.ts';
import { type Finding, type Judged, judgedBy, placeText } from './configured-finding.ts';
import { type ClientNames, type Decision, decide } from './decision.ts';
import { type Seen, seenOfIdentity } from './wire.ts';

export type AccessWire = {
  readonly endpoint: Endpoint;
  /** Of the endpoint’s other checks. */
  readonly results: readonly CheckResult[];
  /** By identity. One that cannot be read has none, and nothing is said of it. */
  readonly names: ReadonlyMap<string, ClientNames>;
};
export type JudgedAccess = Judged & { readonly cells: readonly ConfiguredCell[] };

/** Null where the source says nothing of who is admitted, or the registry has nobody of whom that could be asked. */
export const judgeAccess = ({ source, claims, routes = {} }: Covered, wire: AccessWire): JudgedAccess | null => {
  const claimsOf = (route: RouteRef | null): readonly Claim[] => (route === null ? null : routes[route.path]) ?? claims;
  const first = [...claims, ...Object.values(routes).flat()].find(({ admission }) => admission !== null)?.admission;
  if (first === undefined || first === null) return null;
  const cells = requestsOf(wire.endpoint).flatMap((request) =>
    [...wire.names].flatMap(([name, names]) => {
      const wants = wantedOf(name, request);
      const own = claimsOf(request.route);
      return wants === null || own.every(({ admission }) => admission === null)
        ? []
        : [cellOf({ name, names, wants, request }, own, wire)];
    }),
  );
  if (cells.length === 0) return null;
  const undecided = cells.filter(({ decision }) => decision.says === 'unknown');
  const findings = cells.flatMap((cell) => findingOf(cell, source, wire.endpoint));
  const judged = findings.some(({ severity }) => severity !== 'info')
    ? judgedBy(findings, '')
    : agreeing(cells, findings, source, wire.endpoint, placeText(first.at));
  const shown = cells.map(({ name, route, decision }) => ({
    client: name,
    route: routeText(route),
    // Where no rule speaks of it, whoever is behind may decide otherwise.
    says: decision.byDefault && decision.says === 'admitted' ? ('unknown' as const) : decision.says,
  }));
  if (findings.length > 0 || undecided.length === 0) return { ...judged, cells: shown };
  return { ...undecidedBy(undecided, source, wire.endpoint), cells: shown };
};

type Cell = {
  readonly name: string;
  readonly route: RouteRef | null;
  readonly wants: 'admitted' | 'refused';
  readonly decision: Decision;
  readonly seen: Seen;
};

const wantedOf = (name: string, { admits, refuses }: AskedRequest): Cell['wants'] | null => {
  if (admits.includes(name)) return 'admitted';
  return refuses.includes(name) ? 'refused' : null;
};

type Question = Pick<Cell, 'name' | 'wants'> & { readonly names: ClientNames; readonly request: AskedRequest };

/** Of several programs each has to admit: a request passes them one after the other. */
const cellOf = ({ name, names, wants, request }: Question, claims: readonly Claim[], { results }: AccessWire): Cell => {
  const decisions = [...Map.groupBy(claims, ({ reader }) => reader).values()].flatMap((own) =>
    decisionOf(own, names, request.asked),
  );
  const decision =
    decisions.find(({ says }) => says === 'refused') ??
    decisions.find(({ says }) => says === 'unknown') ??
    decisions[0];
  return {
    ...{ name, route: request.route, wants, seen: seenOfIdentity(name, request.route, results) },
    decision: decision ?? { says: 'unknown', because: 'no rule speaks of it', at: null, byDefault: true },
  };
};

/** Of one program one of its claims answers, and which of them is not known: only what all of them say is said. */
const decisionOf = (
  claims: readonly Claim[],
  names: ClientNames,
  asked: AskedRequest['asked'],
): readonly Decision[] => {
  const decisions = claims.flatMap(({ admission }): readonly Decision[] =>
    admission === null ? [] : [withPlace(decide(admission.value, names, asked), admission.at)],
  );
  const refused = decisions.filter(({ says }) => says === 'refused');
  const [first] = refused;
  if (first === undefined || refused.length === claims.length)
    return decisions
      .filter(({ says }) => says === 'unknown')
      .concat(decisions)
      .slice(0, 1);
  const because = `${refused.length} of the ${claims.length} places that speak of it refuse${refused.length === 1 ? 's' : ''} it, and which of them answers is not known`;
  return [{ says: 'unknown', because, at: first.at, byDefault: false }];
};

const withPlace = (decision: Decision, at: NonNullable<Claim['admission']>['at']): Decision =>
  decision.at === null ? { ...decision, at } : decision;

const findingOf = (cell: Cell, source: string, endpoint: Endpoint): readonly Finding[] => {
  const { wants, decision, seen } = cell;
  if (decision.says === 'unknown') return [];
  const own = seen.saw === wants ? null : seen.by;
  const wired = { cause: own?.cause ?? null, ...(own?.verdict === 'waived' && { waiver: own.waiver }) };
  const isOther = seen.saw !== 'unknown' && seen.saw !== decision.says;
  const did = `the wire ${seen.saw === 'admitted' ? 'admits' : 'refuses'} it`;
  const text = sayingOf(cell, source, endpoint);
  if (decision.says === wants)
    return isOther ? [{ ...ON_PAPER[wants], message: `${text}, and ${did}.`, ...wired }] : [];
  const wire = seen.saw === 'unknown' ? '' : `, and ${did}${isOther ? ' all the same' : ', too'}`;
  const message = `${text}; the registry says that it must be ${wants}${wire}.`;
  // Where no rule speaks of it and it is refused, somebody else authorizes: the application often does.
  const severity = decision.says === 'admitted' && decision.byDefault && seen.saw === 'refused' ? 'info' : 'warning';
  return [{ ...MISMATCH[decision.says], severity, message, ...wired }];
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

/** As the registry wants it; how much of it the wire has shown is said, and where it has shown nothing, nothing is proven. */
/** An identity that was asked for, and of which the wire decided nothing, leaves the whole open. */
const agreeing = (
  cells: readonly Cell[],
  findings: readonly Finding[],
  source: string,
  { name }: Endpoint,
  at: string,
): Judged => {
  const shown = cells.filter(({ seen }) => seen.saw !== 'unknown').length;
  const open = cells.find(({ seen }) => seen.saw === 'unknown' && seen.by !== null);
  const text = `${source} admits and refuses at ${name} whom the registry names (${at})`;
  if (shown > 0 && open === undefined) {
    const count = `${cells.length} answer${cells.length === 1 ? '' : 's'}`;
    return judgedBy(findings, `${text}: of ${count} the wire showed ${shown === cells.length ? 'every one' : shown}.`);
  }
  return {
    ...{ verdict: 'inconclusive', code: 'CONTROL_NOT_ACCEPTED', severity: 'warning', advice: null },
    message: `${text}; whether it does, this run has not shown.`,
    cause: (open ?? cells[0])?.seen.by?.cause ?? null,
  };
};

const undecidedBy = (cells: readonly Cell[], source: string, { name }: Endpoint): Judged => {
  const [first] = cells;
  const more = cells.length > 1 ? `; so it is for ${cells.length - 1} more` : '';
  return {
    ...{ verdict: 'inconclusive', code: 'CONFIGURATION_UNDECIDED', severity: 'warning', cause: null },
    message: `${source} does not say whether ${name} admits ${first?.name}: ${first?.decision.because}${more}.`,
  };
};
