/** The incidents while a report decides its due transitions. */
import type { About, Closed, ClosedBecause, IncidentMark, Incidents } from '../model/incident.ts';
import type { Transition } from '../model/state.ts';
import { HOUR, type Milliseconds } from '../model/time.ts';
import { topicOf } from './about.ts';
import type { AbsorbSettings } from './absorb-settings.ts';
import { type Arrival, aboutThe, changeAt, openingOf, thingThe } from './arrival.ts';
import { OpenIncident } from './incident.ts';
import { closingsOf } from './incident-closing.ts';
import { OpenIncidents } from './open-incidents.ts';

/** Of a closed incident: longer than a report's retries and the lag of an index. */
const REMEMBERED: Milliseconds = HOUR;
/**
 * State items that the open incidents name at the most, and those that all of them name; each incident counts as two more. A DynamoDB item has 400 KB: deflated,
 * 4,000 incidents of an item each have 150 KB, and 1,000 closings 80 KB. If names deflate badly, `share` is less. Beyond, findings are told by run and topic.
 */
const MOST_OPEN = 12_000;
const MOST_ITEMS = 20_000;
const MOST_CLOSINGS = 1000;
/** Of `remindAfter`: checks of one incident that were announced one after the other are reminded of in one message. */
const MOSTLY = 0.9;

export class Board {
  readonly closings: Transition[] = [];
  readonly #open: OpenIncidents;
  #closed: readonly Closed[];
  readonly #settings: AbsorbSettings;

  constructor({ open, closed }: Incidents, settings: AbsorbSettings) {
    this.#open = new OpenIncidents(open.map((incident) => new OpenIncident(incident)));
    this.#closed = closed.filter(({ at, released }) => !released || settings.now - at < REMEMBERED);
    this.#settings = settings;
  }

  incidents(): Incidents {
    const open = this.#open.all();
    let room = MOST_ITEMS * this.#share - open.reduce((sum, { size }) => sum + size, 0);
    const closed = this.#closed.toReversed().filter((each) => {
      room -= new OpenIncident(each.incident).size;
      return !each.released || room >= 0;
    });
    return { open: open.map((incident) => incident.record()), closed: closed.toReversed() };
  }

  get #share(): number {
    return this.#settings.share ?? 1;
  }

  /** Whether a further finding would be too much to be remembered. */
  get #isFull(): boolean {
    return this.#open.size >= MOST_OPEN * this.#share;
  }

  /** Whether what is left has to wait until closings are published. One closing always has room. */
  get isCrowded(): boolean {
    const { waiting = 0, mostClosings = MOST_CLOSINGS } = this.#settings;
    return waiting + this.closings.length >= Math.max(1, mostClosings * this.#share);
  }

  decide(arrival: Arrival): IncidentMark | null {
    switch (arrival.transition.kind) {
      case 'change':
        return this.#once(arrival, 'change');
      case 'reminder':
        return this.#reminder(arrival);
      case 'recovery':
      case 'closing':
        return this.#recovery(arrival);
      default:
        return this.#opening(arrival);
    }
  }

  /** An incident that nothing is remembered of. What is alike in one run is one. */
  #once(arrival: Arrival, why: string, closedBecause: ClosedBecause | null = null): IncidentMark {
    const { runId, code, cause, endpoint, vantage } = arrival.transition;
    const same = why === 'change' ? changeAt(arrival) : (endpoint ?? arrival.key);
    const parts = why === 'overflow' ? [runId, topicOf({ cause, code })] : [runId, code, same];
    const key = this.#settings.keyOf([why, ...parts, vantage]);
    return OpenIncident.begun(key, arrival).mark(closedBecause);
  }

  #opening(arrival: Arrival): IncidentMark | null {
    const { key, transition } = arrival;
    const about = aboutThe(transition);
    const { was } = transition;
    // The check was told of something else before: that finding is over, and this one has taken its place.
    const here = this.#open.with(key);
    // What was said to come has come, or one finding of an incident has become another one of it: the incident goes on.
    const foreseen = here.find((incident) => incident.hasOwn(key) && incident.foresaw(transition));
    const goesOn = foreseen ?? here.find((incident) => incident.holds(key, was ?? about) && incident.isAbout(about));
    if (goesOn === undefined && was !== undefined && was !== about) this.#leave(arrival, was, 'replaced');
    const same = this.#open.with(key).find((incident) => incident.holds(key, about));
    if (same !== undefined) return this.#sameAgain(same, arrival, was === about);
    if (foreseen !== undefined) return this.#join(foreseen, arrival);
    const before = this.#decidedBefore(arrival);
    if (before !== undefined) return before;
    if (this.#isFull) return this.#once(arrival, 'overflow');
    const there = this.#open.where(key, thingThe(transition));
    const begun = this.#open.begunWith(openingOf(transition));
    const alike = begun.find((incident) => there.includes(incident));
    if (alike !== undefined) return this.#join(alike, arrival);
    const news = there.find((incident) => incident.isNewsTo(transition) || incident.foresaw(transition));
    if (news !== undefined) return this.#join(news, arrival);
    const known = there.find((incident) => incident.explains(transition));
    if (known !== undefined)
      return known.isUnknownToOwner(transition) ? this.#join(known, arrival) : this.#echo(known, key);
    const elsewhere = begun.find((incident) => incident.isSharedWith(transition));
    return elsewhere === undefined ? this.#begin(arrival) : this.#join(elsewhere, arrival);
  }

  /** What was decided for a finding that is met again after its incident was closed; undefined if nothing was. */
  #decidedBefore({ key, transition }: Arrival): IncidentMark | null | undefined {
    for (const { incident, at, released } of this.#closed) {
      if (transition.runStartedAt > at) continue;
      const past = new OpenIncident(incident);
      if (past.holds(key, aboutThe(transition)) && past.isToldBy(transition)) return past.mark();
      if (!released && past.hasEcho(key) && past.explains(transition)) return null;
    }
    return undefined;
  }

  #echo(incident: OpenIncident, key: string): null {
    incident.echo(key);
    this.#open.put(incident, key);
    return null;
  }

  #join(incident: OpenIncident, arrival: Arrival): IncidentMark {
    incident.join(arrival);
    this.#open.put(incident, arrival.key);
    return incident.mark();
  }

  #begin(arrival: Arrival): IncidentMark {
    const incident = OpenIncident.begun(this.#settings.keyOf([arrival.key, arrival.transition.id]), arrival);
    this.#open.put(incident, arrival.key);
    return incident.mark();
  }

  /** A finding that is told already, of this check (`again`) or of another one of its item: told once more if it is news of the check, or worse. */
  #sameAgain(incident: OpenIncident, arrival: Arrival, again: boolean): IncidentMark | null {
    const { key, transition } = arrival;
    if (again || incident.isToldBy(transition) || incident.isWorse(transition)) return this.#join(incident, arrival);
    incident.comeBack(key);
    return null;
  }

  #reminder(arrival: Arrival): IncidentMark | null {
    const { key, transition } = arrival;
    const here = this.#open.with(key);
    const incident = here.find((each) => each.holds(key, aboutThe(transition)));
    if (incident === undefined) {
      const ended = this.#closed.some((each) => !each.released && each.incident.echoes.includes(key));
      if (ended || here.some((each) => each.hasEcho(key))) return null;
      // Of an older version, or too much to be remembered.
      return this.#isFull ? this.#once(arrival, 'overflow') : this.#begin(arrival);
    }
    if (incident.isRemindedBy(transition)) return incident.mark();
    if (transition.runStartedAt - incident.toldAt < MOSTLY * this.#settings.remindAfter) return null;
    incident.remind(transition);
    return incident.mark();
  }

  /** The closing tells it, once every check that was told is right. What no incident has was announced by an older version, or was too much to be remembered. */
  #recovery(arrival: Arrival): IncidentMark | null {
    const { key, transition } = arrival;
    const because = transition.ended ?? 'right';
    if (this.#leave(arrival, transition.was ?? aboutThe(transition), because)) return null;
    const isOver = this.#closed.some(({ incident: { left, echoes }, at, released }) => {
      const isBefore = transition.runStartedAt <= at;
      return (isBefore && left.includes(key)) || ((isBefore || !released) && echoes.includes(key));
    });
    return isOver ? null : this.#once(arrival, 'recovery', because);
  }

  /** Returns whether an incident had the finding. State of an older version does not say what is over: then it is what the incident has of the item. */
  #leave({ key, transition, open }: Arrival, was: About, because: ClosedBecause): boolean {
    const [here, isKnown] = [this.#open.with(key), transition.was !== undefined];
    const others = (each: OpenIncident): boolean => (isKnown ? each.hasEcho(key) : each.hasOwn(key));
    const incident = here.find((each) => each.holds(key, was)) ?? here.find(others);
    if (incident?.hasOwn(key) !== true) return incident !== undefined;
    if (!isKnown || incident.isAbout(was)) incident.end(because);
    if (open.some((about) => incident.isAbout(about))) return true;
    incident.leave(key);
    if (incident.isOver) this.#close(incident, transition);
    return true;
  }

  #close(incident: OpenIncident, last: Transition): void {
    const record = incident.record();
    this.#open.remove(incident, [...record.left, ...record.echoes]);
    const released = record.echoes.length === 0;
    this.#closed = [...this.#closed, { incident: record, at: this.#settings.now, released }];
    this.closings.push(...closingsOf(record, last));
  }
}
