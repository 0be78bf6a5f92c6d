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

const BECAUSE: Readonly<Record<ClosedBecause, string>> = {
  right: 'It is right again',
  waived: 'It is waived now',
  removed: 'It is no longer in the registry',
  replaced: 'Another finding has taken its place',
  'not-applicable': 'It does not apply any more',
};

/** `last`: the transition that ended it. Its message tells what was seen. */
export const closingsOf = (incident: Incident, last: Transition, because: ClosedBecause): readonly Transition[] => {
  const { key, check, code, cause, endpoints, owners, openedAt, vantage, thing } = incident;
  const lasted = inWords(Math.max(0, last.runStartedAt - openedAt));
  return owners.map((owner, at) => ({
    ...last,
    id: `${last.runId}/${key}/closing${at === 0 ? '' : `-${at}`}`,
    kind: 'recovery',
    check,
    endpoint: endpoints[0] ?? null,
    endpoints,
    ...{ vantage, owner, code, cause },
    severity: 'info',
    since: openedAt,
    message: `${BECAUSE[because]}, ${lasted} after it began. ${last.message}`,
    advice: null,
    reproduce: null,
    incident: { key, cause, thing, openedAt, closedBecause: because },
  }));
};
