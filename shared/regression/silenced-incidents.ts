/** The silences that hold, each with the open incidents that it keeps silent. */
import type { Incident, Incidents } from '../model/incident.ts';
import { activeSilences, isAck, type ShownSilence, type Silence } from '../model/silence.ts';
import { type Instant, iso } from '../model/time.ts';

/** Incidents of which nobody was told, or is told no more, for this silence. */
export const incidentsUnder = (silence: Silence, { open }: Pick<Incidents, 'open'>): readonly Incident[] =>
  open.filter((incident) =>
    incident.silence === undefined ? covers(silence, incident) : incident.silence === silence.id,
  );

const covers = ({ endpoint, cause, owner, incident: key }: Silence, incident: Incident): boolean =>
  (endpoint === undefined || incident.endpoints.includes(endpoint)) &&
  (cause === undefined || cause === incident.cause || cause === incident.code) &&
  (owner === undefined || incident.owners.includes(owner)) &&
  (key === undefined || key === incident.key);

/** Leaves out acknowledgements of incidents that are closed. */
export const silencesHolding = (
  stored: unknown,
  incidents: Pick<Incidents, 'open'>,
  now: Instant,
): readonly { readonly silence: Silence; readonly incidents: readonly Incident[] }[] =>
  activeSilences(stored, now)
    .map((silence) => ({ silence, incidents: incidentsUnder(silence, incidents) }))
    .filter(({ silence, incidents: under }) => !isAck(silence) || under.length > 0);

/** Incidents of a silence that a report names, and endpoints of each. */
const [KEPT, PLACES] = [10, 100];

const keptBy = (incidents: readonly Incident[]): Pick<ShownSilence, 'keeps'> =>
  incidents.length === 0
    ? {}
    : {
        keeps: incidents.slice(0, KEPT).map(({ cause, code, endpoints }) => ({
          ...{ topic: cause ?? code, endpoints: endpoints.slice(0, PLACES) },
        })),
      };

/** What a report or a message shows; at the most `most` of them, and texts that are not long. `named`: with the incidents, which a message has no room for. */
export const shownSilences = (
  stored: unknown,
  incidents: Pick<Incidents, 'open'>,
  now: Instant,
  { most, named }: { readonly most: number; readonly named: boolean },
): readonly ShownSilence[] =>
  silencesHolding(stored, incidents, now)
    .slice(0, most)
    .map(({ silence: { since: _, until, reason, ...silence }, incidents: under }) => ({
      ...silence,
      until: until === null ? null : iso(until),
      reason: reason.slice(0, 200),
      incidents: under.length,
      ...(named && keptBy(under)),
    }));
