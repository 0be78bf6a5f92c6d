/** What ends, the first to end first: served certificates, identities, CAs and CRLs. */
import type { Ending, Undated } from '../model/expiry.ts';
import type { ReportPart, ServedChain } from '../model/report.ts';
import type { Dated } from '../model/report-facts.ts';
import { DAY, HOUR, type Instant, instantOf, iso } from '../model/time.ts';
import { familyOf } from '../scenario/catalogue.ts';

export type Endings = { readonly endings: readonly Ending[]; readonly undated: readonly Undated[] };

/** Takes a report's parts. A certificate that many endpoints serve is one. `asked`: the run's start. `now`: what is left counts from it. */
export const endingCollector = (asked: Instant, now: Instant) => {
  const served = new Map<string, Ending & { readonly endpoints: string[] }>();
  const [dated, undated]: [Ending[], Undated[]] = [[], []];
  // A report that was read again has what an endpoint serves in the first of its parts.
  const shown = new Set<string>();
  return {
    add: (part: ReportPart): void => {
      for (const chain of part.servedChains) addServed(served, chain, asked, now);
      for (const each of part.dates ?? []) dated.push(datedEnding(each, now));
      for (const { endpoint } of part.servedChains) shown.add(endpoint);
      undated.push(...undatedIn(part, shown));
    },
    done: (): Endings => ({ endings: [...served.values(), ...dated].toSorted(soonest), undated }),
  };
};

/** The first that has not ended yet. */
export const firstToEnd = (endings: readonly Ending[]): Ending | null =>
  endings.find(({ hoursLeft }) => hoursLeft >= 0) ?? null;

const soonest = (one: Ending, other: Ending): number =>
  one.hoursLeft - other.hoursLeft || compare(one.name, other.name);
const compare = (one: string, other: string): number => (one < other ? -1 : Number(one > other));

const left = (at: string, now: Instant): Pick<Ending, 'at' | 'hoursLeft'> => ({
  at,
  hoursLeft: Math.round((10 * (instantOf(at) - now)) / HOUR) / 10,
});

const addServed = (
  served: Map<string, { readonly endpoints: string[] } & Ending>,
  { endpoint, sha256, expiresFirst: name, expiresAt, daysToExpiry }: ServedChain,
  asked: Instant,
  now: Instant,
): void => {
  // A report of an older version has the days only, to a tenth.
  const at = expiresAt ?? iso(asked + Math.round(daysToExpiry * DAY));
  const key = JSON.stringify([sha256, name, at]);
  const there = served.get(key);
  if (there === undefined) served.set(key, { kind: 'served', name, of: null, ...left(at, now), endpoints: [endpoint] });
  // The chains of an endpoint's addresses follow one another.
  else if (there.endpoints.at(-1) !== endpoint) there.endpoints.push(endpoint);
};

const datedEnding = ({ kind, name, of, at }: Dated, now: Instant): Ending => ({
  ...{ kind, name, of, ...left(at, now), endpoints: [] },
});

/** Endpoints that showed no certificate, and identities that cannot be used, or could not be read. */
const undatedIn = ({ checks }: ReportPart, shown: ReadonlySet<string>): readonly Undated[] =>
  checks.flatMap(({ scenario, endpoint, subject, id, verdict, code, message }): readonly Undated[] => {
    const family = familyOf(scenario);
    if (family === 'own-identity' && (code === 'IDENTITY_UNUSABLE' || code === 'IDENTITY_NOT_READ'))
      return [{ kind: 'identity', name: subject ?? id, why: message }];
    if (family !== 'served-chain' || verdict === 'pass' || shown.has(endpoint ?? id)) return [];
    return [{ kind: 'served', name: endpoint ?? id, why: message }];
  });
