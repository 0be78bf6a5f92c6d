/** Which state items a registry still asks for, and whose runs may close one that it does not. */

import type { Registry } from '../model/registry.ts';
import type { RunRequest } from '../model/run.ts';
import { placeOf, type StatePlace } from '../model/state-key.ts';
import { suitesOf } from './plan.ts';

/** By endpoint: from where it is probed, and on which schedule. */
export type PlannedPlaces = {
  readonly endpoints: ReadonlyMap<string, { readonly from: readonly string[]; readonly schedule: string }>;
  readonly identities: ReadonlySet<string>;
  readonly sources: ReadonlySet<string>;
};

/** What the deployed monitor plans: each endpoint from its vantages, and the identities that a function can read. */
export const plannedPlaces = ({ endpoints, identities, sources = {} }: Registry): PlannedPlaces => ({
  sources: new Set(Object.keys(sources)),
  endpoints: new Map(endpoints.map(({ name, from, schedule }) => [name, { from, schedule }])),
  identities: new Set(
    Object.values(identities).flatMap(({ name, source }) => (source.kind === 'secret' ? [name] : [])),
  ),
});

/** Runs that a person starts for every schedule. No registry names them, so none takes them away. */
const EVERY_SCHEDULE = 'all';

/** Whether some run of this registry moves the state of that place. */
const isPlanned = (place: StatePlace, { endpoints, identities, sources }: PlannedPlaces): boolean => {
  switch (place.kind) {
    case 'endpoint':
      return endpoints.get(place.endpoint)?.from.includes(place.vantage) ?? false;
    case 'identity':
      return identities.has(place.identity);
    case 'source':
      return sources.has(place.source);
    case 'run':
      return (
        place.schedule === EVERY_SCHEDULE || [...endpoints.values()].some(({ schedule }) => schedule === place.schedule)
      );
    default:
      return place satisfies never;
  }
};

/** An endpoint that stays belongs to its own schedule; what has left the registry has none, and belongs to every run of its suite. */
const isOf = (place: StatePlace, { suite, schedule }: RunRequest, { endpoints }: PlannedPlaces): boolean => {
  const suites: readonly string[] = [...suitesOf(suite), suite];
  if (place.kind === 'identity' || place.kind === 'source') return suites.includes('certificates');
  if (place.kind === 'run') return place.suite === 'all' || suites.includes(place.suite);
  const own = endpoints.get(place.endpoint)?.schedule ?? null;
  return suites.includes(place.suite) && (own === null || schedule === null || own === schedule);
};

/** Those of the keys that the registry no longer asks for, and that a run of this request may close. A key that is not understood is left out. */
export const goneFrom = (planned: PlannedPlaces, request: RunRequest, keys: readonly string[]): readonly string[] =>
  keys.filter((key) => {
    const place = placeOf(key);
    return place !== null && !isPlanned(place, planned) && isOf(place, request, planned);
  });
