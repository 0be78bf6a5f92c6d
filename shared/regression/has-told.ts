/** Which changes people were told of already, or will be with the end that they bring. */
import type { Closed } from '../model/incident.ts';
import { type Arrival, aboutThe } from './arrival.ts';
import type { OpenIncident } from './incident.ts';
import { lastsAt } from './left-behind.ts';
import { LEADS_NOWHERE } from './served-news.ts';

/** Whether an incident that lasts at the endpoint has told its owner what a change is about, whichever identity that is. */
export const hasTold = (incident: OpenIncident, { key, transition }: Arrival): boolean => {
  if (incident.isSilent || incident.isUnknownToOwner(transition) || !lastsAt(incident, key)) return false;
  const about = aboutThe(transition);
  return incident.record().abouts.some((each) => each === about || each.startsWith(`${about}/`));
};

/** Whether a renewal by a known issuer is what ended an incident: its chain led nowhere, and a suite that runs more often has seen its end first. */
export const hasEnded = (closed: readonly Closed[], { key, transition }: Arrival): boolean =>
  transition.severity === 'info' &&
  closed.some(
    ({ incident: { code, silence, owners, left, echoes } }) =>
      silence === undefined &&
      LEADS_NOWHERE.includes(code) &&
      owners.includes(transition.owner) &&
      [...left, ...echoes].includes(key),
  );
