/** Which silence covers a finding, and what becomes of an incident whose silence is over. */
import type { IncidentMark, Incidents } from '../model/incident.ts';
import type { Silence } from '../model/silence.ts';
import type { Transition } from '../model/state.ts';
import type { Instant } from '../model/time.ts';

/** Of a finding that is not told now, and is told if it is still there once its silence is over: it is set back to what was announced before it. */
export const SILENCED = 'silenced';
/** The mark of its incident; null for what is not told, since that incident explains it, or nobody is told of it. */
export type Told = IncidentMark | null | typeof SILENCED;

/** Whether a finding is all that the silence names. `incident`: the key of the incident that has it; null if none has. */
export const isSilencedBy = (
  { endpoint, cause, owner, incident }: Silence,
  transition: Pick<Transition, 'endpoint' | 'cause' | 'code' | 'owner'>,
  key: string | null,
): boolean =>
  (endpoint === undefined || endpoint === transition.endpoint) &&
  (cause === undefined || cause === transition.cause || cause === transition.code) &&
  (owner === undefined || owner === transition.owner) &&
  (incident === undefined || incident === key);

/** The first silence that covers a finding; undefined if none does. */
export const silenceOf = (
  silences: readonly Silence[],
  transition: Transition,
  key: string | null,
): Silence | undefined => silences.find((silence) => isSilencedBy(silence, transition, key));

/**
 * Closes the incidents that nobody was told of and whose silence is over. All that they have counts as explained by them: it is set back, and its next run
 * judges it on its own. `silences`: those that hold.
 */
export const withoutOver = (incidents: Incidents, silences: readonly Silence[], now: Instant): Incidents => {
  const holding = new Set(silences.map(({ id }) => id));
  const [over, open] = [true, false].map((isOver) =>
    incidents.open.filter(({ silence }) => (silence !== undefined && !holding.has(silence)) === isOver),
  );
  if (over === undefined || open === undefined || over.length === 0) return incidents;
  const closed = over.map((incident) => {
    const echoes = [...new Set([...incident.own, ...incident.echoes])];
    return { incident: { ...incident, own: [], left: [], echoes }, at: now, released: false };
  });
  return { open, closed: [...incidents.closed, ...closed] };
};
