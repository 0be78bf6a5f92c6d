/** An incident's closing: one transition for each owner that was told of its opening. */
import type { ClosedBecause, Incident } from '../model/incident.ts';
import type { Transition } from '../model/state.ts';
import type { Milliseconds } from '../model/time.ts';
import { DAY, HOUR, MINUTE } from '../model/time.ts';

/** `2 h 5 min`: the two largest units that are not zero; `less than a minute`. */
const inWords = (duration: Milliseconds): string => {
  const parts = [
    [Math.floor(duration / DAY), 'd'],
    [Math.floor((duration % DAY) / HOUR), 'h'],
    [Math.floor((duration % HOUR) / MINUTE), 'min'],
  ] as const;
  const shown = parts.filter(([count]) => count > 0).slice(0, 2);
  return shown.length === 0 ? 'less than a minute' : shown.map(([count, unit]) => `${count} ${unit}`).join(' ');
};

/** Endpoints that a closing names: a message has room for no more, and each owner has a closing. */
const NAMED = 100;

const BECAUSE: Readonly<Record<ClosedBecause, string>> = {
  right: 'right again',
  waived: 'waived now',
  removed: 'no longer in the registry',
  replaced: 'another finding now',
  'not-applicable': 'no longer applicable',
};

/** That a check does not apply any more says nothing beside the ends of others. */
const telling = (ends: readonly ClosedBecause[]): readonly ClosedBecause[] => {
  const others = ends.filter((end) => end !== 'not-applicable');
  return others.length === 0 ? ends : others;
};

const endOf = (ends: readonly ClosedBecause[], lasted: string): string => {
  const [because, ...others] = ends.map((end) => BECAUSE[end]);
  return others.length === 0
    ? `It is ${because}, ${lasted} after it began.`
    : `It is over, ${lasted} after it began: of its checks, some are ${[because, ...others].join(', some are ')}.`;
};

/** `last`: the transition that ended it. Its message tells what was seen. An incident is right again only if each of its checks is. */
export const closingsOf = (incident: Incident, last: Transition): readonly Transition[] => {
  const { key, check, code, cause, endpoints, owners, openedAt, vantage, thing } = incident;
  const ends = telling(incident.ends);
  const lasted = inWords(Math.max(0, last.runStartedAt - openedAt));
  const because = ends.find((end) => end !== 'right') ?? 'right';
  const namedTo = (at: number): readonly string[] => {
    const first = incident.firsts?.[at] ?? endpoints[0];
    return first === undefined ? [] : [first, ...endpoints.filter((each) => each !== first)];
  };
  return owners.map((owner, at) => ({
    ...last,
    id: `${last.runId}/${key}/closing${at === 0 ? '' : `-${at}`}`,
    kind: because === 'right' || because === 'not-applicable' ? 'recovery' : 'closing',
    check,
    endpoint: namedTo(at)[0] ?? null,
    endpoints: namedTo(at).slice(0, NAMED),
    ...(endpoints.length > NAMED && { endpointCount: endpoints.length }),
    ...{ vantage, owner, code, cause },
    ...(incident.share !== undefined && { share: incident.share }),
    severity: 'info',
    since: openedAt,
    message: `${endOf(ends, lasted)} ${last.message}`,
    advice: null,
    reproduce: null,
    incident: { key, cause, thing, openedAt, closedBecause: because },
  }));
};
