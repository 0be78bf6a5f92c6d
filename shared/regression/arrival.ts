/** A due transition as the incidents see it: what it is about, and what it has in common with others. */
import { type About, isShared, type Thing } from '../model/incident.ts';
import { SEVERITIES, type Severity } from '../model/names.ts';
import type { Transition } from '../model/state.ts';
import { aboutOf, thingOf, topicOf } from './about.ts';
import { mayPass } from './level.ts';

/** A due transition, and the state item that holds it. */
export type Arrival = {
  readonly key: string;
  readonly transition: Transition;
  /** What the item's checks that are not right are about. */
  readonly open: readonly About[];
};

export const rank = (severity: Severity): number => SEVERITIES.indexOf(severity);

/** State of an older version says nothing of what its findings are about: it is read from the finding. */
export const aboutThe = (transition: Transition): About =>
  transition.about ?? aboutOf({ ...transition, id: transition.check });

export const thingThe = (transition: Transition): Thing => thingOf({ ...transition, id: transition.check });

export const thingText = ({ kind, name }: Thing): string => `${kind} ${name}`;

/** What flaps is the lack of a result, unless its code is one that waits for a second run before it fails. */
export const isBlind = ({ kind, code }: Pick<Transition, 'kind' | 'code'>): boolean =>
  kind === 'blind' || (kind === 'flapping' && !mayPass(code));

/** Whether a finding is over: right, waived, removed, or not applicable. */
export const isEnd = ({ kind }: Pick<Transition, 'kind'>): boolean => kind === 'recovery' || kind === 'closing';

/** The run and the kind under which a finding is told. */
export const tellingOf = ({ runId, kind }: Pick<Transition, 'runId' | 'kind'>): string => `${runId} ${kind}`;

/** An endpoint seen from a vantage: the beginning of the keys of its state items. */
export const placeOf = (key: string): string | null => /^endpoint\/.*\/(?=[^/]*$)/.exec(key)?.[0] ?? null;

/** Incidents that begin with the same are one: found in one run from one vantage, of one kind and cause. */
export const openingOf = (transition: Transition): string =>
  openingKey([tellingOf(transition), topicOf(transition), transition.vantage], thingThe(transition));

/** Two identities, or two CAs, are two things, even in one run at one endpoint. */
export const openingKey = (parts: readonly unknown[], thing: Thing): string =>
  JSON.stringify([...parts, isShared(thing) ? thingText(thing) : null]);

/** The same change at several endpoints is one: one certificate, or one list of CAs, in place of another one. */
const changeAt = ({ key, transition: { endpoint, message } }: Arrival): string => {
  if (endpoint === null) return key;
  return message.startsWith(endpoint) ? message.slice(endpoint.length) : endpoint;
};

/** The key of an incident that nothing is remembered of. What is alike in one run is one. */
export const partsOfOnce = (arrival: Arrival, why: string): readonly string[] => {
  const { runId, code, cause, endpoint, vantage } = arrival.transition;
  const same = why === 'change' ? changeAt(arrival) : (endpoint ?? arrival.key);
  const parts = why === 'overflow' ? [runId, topicOf({ cause, code })] : [runId, code, same];
  return [why, ...parts, vantage];
};
