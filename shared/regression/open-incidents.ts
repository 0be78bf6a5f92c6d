/** The open incidents, found by state item, by place and by how they began: ten thousand endpoints may fail in one run. */
import { isShared, type Thing } from '../model/incident.ts';
import { placeOf, thingText } from './arrival.ts';
import type { OpenIncident } from './incident.ts';

export class OpenIncidents {
  readonly #all = new Set<OpenIncident>();
  readonly #byItem = new Map<string, Set<OpenIncident>>();
  readonly #byPlace = new Map<string, Set<OpenIncident>>();
  readonly #byOpening = new Map<string, Set<OpenIncident>>();
  readonly #byThing = new Map<string, Set<OpenIncident>>();

  constructor(incidents: readonly OpenIncident[]) {
    for (const incident of incidents) {
      const { own, left, echoes } = incident.record();
      for (const key of [...own, ...left, ...echoes]) this.put(incident, key);
    }
  }

  all(): readonly OpenIncident[] {
    return [...this.#all];
  }

  /** What they take of the record: the state items that they name, and two more for each. */
  get size(): number {
    return this.#byItem.size + 2 * this.#all.size;
  }

  /** After an item has joined. */
  put(incident: OpenIncident, key: string): void {
    this.#all.add(incident);
    add(this.#byItem, key, incident);
    add(this.#byOpening, incident.opening, incident);
    add(this.#byThing, incident.thing, incident);
    const place = placeOf(key);
    if (place !== null) add(this.#byPlace, place, incident);
  }

  remove(incident: OpenIncident, keys: readonly string[]): void {
    this.#all.delete(incident);
    this.#byOpening.get(incident.opening)?.delete(incident);
    this.#byThing.get(incident.thing)?.delete(incident);
    for (const key of keys) {
      this.#byItem.get(key)?.delete(incident);
      this.#byPlace.get(placeOf(key) ?? '')?.delete(incident);
    }
  }

  /** Those that name a state item. */
  with(key: string): readonly OpenIncident[] {
    return [...(this.#byItem.get(key) ?? [])];
  }

  /** Those at the item's endpoint, seen from its vantage. */
  at(key: string): readonly OpenIncident[] {
    return [...(this.#byPlace.get(placeOf(key) ?? '') ?? [])];
  }

  /** Those at the item's endpoint, seen from its vantage, and those of the identity, certificate, CA, CRL or trust bundle that a finding is about. */
  where(key: string, thing: Thing): readonly OpenIncident[] {
    const here = this.#byPlace.get(placeOf(key) ?? '') ?? [];
    return [...new Set([...here, ...(isShared(thing) ? (this.#byThing.get(thingText(thing)) ?? []) : [])])];
  }

  begunWith(opening: string): readonly OpenIncident[] {
    return [...(this.#byOpening.get(opening) ?? [])];
  }
}

const add = (index: Map<string, Set<OpenIncident>>, key: string, incident: OpenIncident): void => {
  const found = index.get(key);
  if (found === undefined) index.set(key, new Set([incident]));
  else found.add(incident);
};
