/** What an incident of which nobody is told has to do with a finding that is told, and the other way round. */
import type { About } from '../model/incident.ts';
import type { Silence } from '../model/silence.ts';
import type { Transition } from '../model/state.ts';
import { type Arrival, thingText, thingThe } from './arrival.ts';
import type { OpenIncident } from './incident.ts';
import { lastsAt } from './left-behind.ts';
import { isSilencedBy } from './silencing.ts';

/** Leaves out the incidents that are silent for another reason than the finding's. */
export const heardWith = (
  incidents: readonly OpenIncident[],
  transition: Transition,
  silences: readonly Silence[],
): readonly OpenIncident[] =>
  incidents.filter(({ silence, key }) => {
    const by = silences.find(({ id }) => id === silence);
    return silence === undefined || (by !== undefined && isSilencedBy(by, transition, key));
  });

/**
 * Whether a finding is left to an incident that explains it: one that lasts at its endpoint, or is about the same identity or certificate. If only one of both is silent: only at one endpoint (`here`), and never another owner's, nor
 * what has come.
 */
export const leavesItTo = (
  incident: OpenIncident,
  { key, transition }: Arrival,
  { isAlike, here }: { readonly isAlike: boolean; readonly here: readonly OpenIncident[] },
): boolean => {
  const thing = thingThe(transition);
  const isNear = lastsAt(incident, key) || (thing.kind !== 'endpoint' && incident.thing === thingText(thing));
  if (!isNear || !incident.explains(transition)) return false;
  return (
    isAlike || (here.includes(incident) && !incident.isUnknownToOwner(transition) && !incident.foresaw(transition))
  );
};

/** The incidents that have a finding, or the one that explains it. `isKnown`: whether `was` is what it is about; else it is what an incident has of the item. */
export const havingOf = (
  here: readonly OpenIncident[],
  key: string,
  isKnown: boolean,
  was: About,
): readonly OpenIncident[] => {
  const holders = here.filter((each) => each.holds(key, was));
  const others = here.filter((each) => (isKnown ? each.hasEcho(key) : each.hasOwn(key)));
  return holders.length > 0 ? holders : others.slice(0, 1);
};
