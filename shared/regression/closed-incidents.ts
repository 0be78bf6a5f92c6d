/** What the incidents that were closed lately have decided already. */
import type { Closed, IncidentMark } from '../model/incident.ts';
import { HOUR, type Instant, type Milliseconds } from '../model/time.ts';
import { type Arrival, aboutThe } from './arrival.ts';
import { OpenIncident } from './incident.ts';

/** Of a closed incident: longer than a report's retries and the lag of an index. */
const REMEMBERED: Milliseconds = HOUR;

export const rememberedOf = (closed: readonly Closed[], now: Instant): readonly Closed[] =>
  closed.filter(({ at, released }) => !released || now - at < REMEMBERED);

/** What was decided for a finding that is met again after its incident was closed; undefined if nothing was. */
export const decidedBefore = (
  closed: readonly Closed[],
  { key, transition }: Arrival,
): IncidentMark | null | undefined => {
  for (const { incident, at, released } of closed) {
    if (transition.runStartedAt > at) continue;
    const past = new OpenIncident(incident);
    if (past.holds(key, aboutThe(transition)) && past.isToldBy(transition)) return past.isSilent ? null : past.mark();
    if (!released && past.hasEcho(key) && past.explains(transition)) return null;
  }
  return undefined;
};

/** Whether a closing has told, or will tell, that the finding is over; or nobody was told of it. */
export const isOverBy = (closed: readonly Closed[], { key, transition }: Arrival): boolean =>
  closed.some(({ incident: { left, echoes }, at, released }) => {
    const isBefore = transition.runStartedAt <= at;
    return (isBefore && left.includes(key)) || ((isBefore || !released) && echoes.includes(key));
  });
