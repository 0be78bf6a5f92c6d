/** What is known of a check or an incident over time: what was seen, what was told, what is open. From the state, and the reports of deployed runs. */
import { INCIDENTS, type Incident, type Incidents } from '../../shared/model/incident.ts';
import { SUITES } from '../../shared/model/names.ts';
import { DEFAULT_VANTAGE } from '../../shared/model/registry.ts';
import type { CheckResult, Report } from '../../shared/model/report.ts';
import type { CheckState, StateItem } from '../../shared/model/state.ts';
import type { Instant } from '../../shared/model/time.ts';
import type { StateStore } from '../../shared/pipeline/ports.ts';
import type { DeployedReports } from './deployed-reports.ts';

/** One check in one run. */
export type Sighting = Pick<CheckResult, 'verdict' | 'code' | 'vantage' | 'message'> & { readonly at: Instant };

/** Runs one after the other in which a check, from one vantage, had one verdict and code. */
export type Spell = Sighting & {
  readonly runs: number;
  /** The first and the last of them. */
  readonly from: Instant;
};

export type CheckHistory = {
  readonly check: string;
  /** The newest first; empty without reports. */
  readonly spells: readonly Spell[];
  readonly states: readonly { readonly vantage: string; readonly state: CheckState }[];
  readonly incidents: readonly IncidentHistory[];
};

export type IncidentHistory = {
  readonly incident: Incident;
  /** Null while it is open. */
  readonly closedAt: Instant | null;
};

/** `sightings`: the newest first. */
export const spellsOf = (sightings: readonly Sighting[]): readonly Spell[] =>
  [...Map.groupBy(sightings, ({ vantage }) => vantage).values()].flatMap((own) => {
    const spells: Spell[] = [];
    for (const each of own) {
      const last = spells.at(-1);
      if (last?.verdict === each.verdict && last.code === each.code)
        spells[spells.length - 1] = { ...last, runs: last.runs + 1, from: each.at };
      else spells.push({ ...each, runs: 1, from: each.at });
    }
    return spells;
  });

/** Of the last `runs` reports that have the check. */
export const sightingsIn = async (
  { places, read }: DeployedReports,
  check: string,
  runs: number,
): Promise<readonly Sighting[]> => {
  const seen: Sighting[] = [];
  let reports = 0;
  for await (const place of places()) {
    if (reports >= runs) break;
    const own = sightingsOf(await read(place), check);
    seen.push(...own);
    if (own.length > 0) reports += 1;
  }
  return seen;
};

const sightingsOf = ({ run, checks }: Report, id: string): readonly Sighting[] =>
  checks.flatMap(({ id: own, verdict, code, vantage, message }) =>
    own === id ? [{ verdict, code, vantage, message, at: Date.parse(run.startedAt) }] : [],
  );

/** Keys of the items that may hold a check's state: an identity's own, and one for each vantage and suite of an endpoint. */
const stateKeys = (check: string, vantages: readonly string[]): readonly { key: string; vantage: string }[] => {
  const [first = '', second = ''] = check.split('/');
  const ofEndpoint = vantages.flatMap((vantage) =>
    SUITES.map((suite) => ({ key: `endpoint/${first}/${vantage}/${suite}`, vantage })),
  );
  return [...ofEndpoint, { key: `identity/${second}`, vantage: DEFAULT_VANTAGE }];
};

const allIncidents = ({ open, closed }: Incidents): readonly IncidentHistory[] => [
  ...open.map((incident) => ({ incident, closedAt: null })),
  ...closed.map(({ incident, at }) => ({ incident, closedAt: at })),
];

/** The incidents that are open, and those that closed lately. */
export const incidentsIn = async ({ read }: Pick<StateStore, 'read'>): Promise<readonly IncidentHistory[]> => {
  const item = (await read(INCIDENTS))?.value;
  return item?.incidents === undefined ? [] : allIncidents(item.incidents);
};

/** Whether an incident has, or had, told a check of this state item. */
const concerns = ({ incident }: IncidentHistory, keys: readonly string[], check: string): boolean =>
  incident.check === check || [...incident.own, ...incident.left, ...incident.echoes].some((key) => keys.includes(key));

/** `sightings`: the newest first. `known`: all incidents. */
export const historyOf = async (
  check: string,
  sightings: readonly Sighting[],
  { read }: Pick<StateStore, 'read'>,
  known: readonly IncidentHistory[],
): Promise<CheckHistory> => {
  const vantages = [...new Set([DEFAULT_VANTAGE, ...sightings.map(({ vantage }) => vantage)])];
  const states: { vantage: string; state: CheckState }[] = [];
  const holding: string[] = [];
  for (const { key, vantage } of stateKeys(check, vantages)) {
    const state = stateOf((await read(key))?.value, check);
    if (state === null) continue;
    states.push({ vantage, state });
    holding.push(key);
  }
  return {
    ...{ check, spells: spellsOf(sightings), states },
    incidents: known.filter((each) => concerns(each, holding, check)),
  };
};

/** What the state has of an endpoint, from outside a VPC and from the vantages that `known` names. */
export type EndpointHistory = {
  readonly endpoint: string;
  readonly checks: readonly { readonly id: string; readonly vantage: string; readonly state: CheckState }[];
  readonly incidents: readonly IncidentHistory[];
};

/** Null for a name of which nothing is known. */
export const endpointHistory = async (
  endpoint: string,
  { read }: Pick<StateStore, 'read'>,
  known: readonly IncidentHistory[],
): Promise<EndpointHistory | null> => {
  // A check's id names its endpoint, too: a misspelled check is not the endpoint.
  if (endpoint.includes('/')) return null;
  const incidents = known.filter(({ incident }) => incident.endpoints.includes(endpoint));
  const vantages = [...new Set([DEFAULT_VANTAGE, ...incidents.map(({ incident }) => incident.vantage)])];
  const checks: EndpointHistory['checks'][0][] = [];
  for (const { key, vantage } of stateKeys(endpoint, vantages)) {
    const found = Object.entries((await read(key))?.value.checks ?? {});
    if (key.startsWith('endpoint/')) checks.push(...found.map(([id, state]) => ({ id, vantage, state })));
  }
  return checks.length + incidents.length === 0 ? null : { endpoint, checks, incidents };
};

/** The shortest beginning that names a key. */
const SHORTEST_KEY = 6;

/** `word`: a key, or enough of its beginning. */
export const incidentNamed = (word: string, known: readonly IncidentHistory[]): IncidentHistory | undefined => {
  const found = word.length < SHORTEST_KEY ? [] : known.filter(({ incident: { key } }) => key.startsWith(word));
  return found.length === 1 ? found[0] : undefined;
};

const stateOf = (item: StateItem | undefined, check: string): CheckState | null => item?.checks[check] ?? null;
