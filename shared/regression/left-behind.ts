/** What becomes of the findings at one endpoint that an incident explained, once all that it tells is over there and goes on elsewhere. */
import type { Closed } from '../model/incident.ts';
import { SUITES } from '../model/names.ts';
import type { AbsorbSettings } from './absorb-settings.ts';
import { placeOf } from './arrival.ts';
import type { OpenIncident } from './incident.ts';

/** Whether the incident tells something that lasts at the item's endpoint, seen from its vantage. Of an item that belongs to no endpoint, or to no suite: true. */
export const lastsAt = (incident: OpenIncident, key: string): boolean => {
  const place = placeOf(key);
  const keys = SUITES.map((suite) => `${place}${suite}`);
  // The items of one report (`overview/incidents.ts`) are no suites: nothing of it is over.
  return place === null || !keys.includes(key) || keys.some((each) => incident.hasOwn(each));
};

/** After an item has left. What the incident explained there counts as explained by one that is over: its next run judges it on its own. */
export const leftBehind = (
  incident: OpenIncident,
  key: string,
  { now, keyOf }: Pick<AbsorbSettings, 'now' | 'keyOf'>,
): readonly Closed[] => {
  const place = placeOf(key);
  if (place === null || lastsAt(incident, key)) return [];
  const echoes = SUITES.map((suite) => `${place}${suite}`).filter((each) => incident.hasEcho(each));
  if (echoes.length === 0) return [];
  incident.forget(echoes);
  const record = incident.record();
  return [
    { incident: { ...record, key: keyOf([record.key, place]), own: [], left: [], echoes }, at: now, released: false },
  ];
};
