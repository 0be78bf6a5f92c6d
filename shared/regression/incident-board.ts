/** The incidents while a report decides its due transitions. */
import type { About, Closed, ClosedBecause, IncidentMark, Incidents } from '../model/incident.ts';
import type { Silence } from '../model/silence.ts';
import type { Transition } from '../model/state.ts';
import type { AbsorbSettings } from './absorb-settings.ts';
import { type Arrival, aboutThe, isEnd, openingOf, partsOfOnce, thingThe } from './arrival.ts';
import { decidedBefore, isOverBy, rememberedOf } from './closed-incidents.ts';
import { hasEnded, hasTold } from './has-told.ts';
import { OpenIncident } from './incident.ts';
import { closingsOf } from './incident-closing.ts';
import { MOST_CLOSINGS, MOST_OPEN, recordOf } from './incidents-record.ts';
import { leftBehind } from './left-behind.ts';
import { OpenIncidents } from './open-incidents.ts';
import { SILENCED, silenceOf, type Told } from './silencing.ts';
import { havingOf, heardWith, leavesItTo } from './silent-incidents.ts';

export class Board {
  readonly closings: Transition[] = [];
  readonly #open: OpenIncidents;
  #closed: readonly Closed[];
  readonly #settings: AbsorbSettings;
  readonly #silences: readonly Silence[];

  constructor({ open, closed }: Incidents, settings: AbsorbSettings) {
    this.#open = new OpenIncidents(open.map((incident) => new OpenIncident(incident)));
    this.#closed = rememberedOf(closed, settings.now);
    this.#settings = settings;
    this.#silences = settings.silences ?? [];
  }

  incidents(): Incidents {
    return recordOf(this.#open.all(), this.#closed, this.#share);
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

  decide(arrival: Arrival): Told {
    switch (arrival.transition.kind) {
      case 'change':
        if (this.#open.at(arrival.key).some((each) => hasTold(each, arrival)) || hasEnded(this.#closed, arrival))
          return null;
        return this.#silenceOf(arrival.transition) === undefined ? this.#once(arrival, 'change') : SILENCED;
      case 'reminder':
        return this.#reminder(arrival);
      default:
        return isEnd(arrival.transition) ? this.#recovery(arrival) : this.#opening(arrival);
    }
  }

  #once(arrival: Arrival, why: string, closedBecause: ClosedBecause | null = null): IncidentMark {
    return OpenIncident.begun(this.#settings.keyOf(partsOfOnce(arrival, why)), arrival).mark(closedBecause);
  }

  /** A silence of an incident covers only what that `incident` has. */
  #silenceOf(transition: Transition, incident: OpenIncident | null = null): Silence | undefined {
    return silenceOf(this.#silences, transition, incident?.key ?? null);
  }

  #opening(arrival: Arrival): Told {
    const { key, transition } = arrival;
    const about = aboutThe(transition);
    const { was } = transition;
    // The check was told of something else before: that finding is over, and this one has taken its place.
    const here = heardWith(this.#open.with(key), transition, this.#silences);
    // What was said to come has come, or one finding of an incident has become another one of it: the incident goes on.
    const foreseen = here.find((incident) => incident.hasOwn(key) && incident.foresaw(transition));
    const goesOn = foreseen ?? here.find((incident) => incident.holds(key, was ?? about) && incident.isAbout(about));
    if (goesOn === undefined && was !== undefined && was !== about) this.#leave(arrival, was, 'replaced');
    const now = heardWith(this.#open.with(key), transition, this.#silences);
    const same = now.find((incident) => incident.holds(key, about));
    if (same !== undefined) return this.#sameAgain(same, arrival, was === about);
    if (foreseen !== undefined) return this.#goOn(foreseen, arrival);
    const before = decidedBefore(this.#closed, arrival);
    return before === undefined ? this.#news(arrival, this.#silenceOf(transition)) : before;
  }

  /** A finding that no incident has. It joins only what is told, or silent, as it is. */
  #news(arrival: Arrival, silence: Silence | undefined): Told {
    const { key, transition } = arrival;
    if (this.#isFull) return silence === undefined ? this.#once(arrival, 'overflow') : SILENCED;
    const isAlike = (incident: OpenIncident): boolean => incident.silence === silence?.id;
    const [here, there] = [this.#open.at(key), this.#open.where(key, thingThe(transition))];
    const begun = this.#open.begunWith(openingOf(transition)).filter(isAlike);
    const alike = begun.find((incident) => there.includes(incident));
    if (alike !== undefined) return this.#join(alike, arrival);
    const news = there.find(
      (incident) => isAlike(incident) && (incident.isNewsTo(transition) || incident.foresaw(transition)),
    );
    if (news !== undefined) return this.#join(news, arrival);
    const known = there.find((each) => leavesItTo(each, arrival, { isAlike: isAlike(each), here }));
    if (known !== undefined)
      return known.isUnknownToOwner(transition) ? this.#join(known, arrival) : this.#echo(known, key);
    const elsewhere = begun.find((incident) => incident.isSharedWith(transition));
    return elsewhere === undefined ? this.#begin(arrival, silence) : this.#join(elsewhere, arrival);
  }

  #echo(incident: OpenIncident, key: string): null {
    incident.echo(key);
    this.#open.put(incident, key);
    return null;
  }

  #join(incident: OpenIncident, arrival: Arrival): IncidentMark | null {
    incident.join(arrival);
    return this.#has(incident, arrival.key);
  }

  #has(incident: OpenIncident, key: string): IncidentMark | null {
    this.#open.put(incident, key);
    return incident.isSilent ? null : incident.mark();
  }

  /** Tells what is new of an incident, unless that is silenced. What was decided before stays so. */
  #goOn(incident: OpenIncident, arrival: Arrival): Told {
    const { transition } = arrival;
    const isDecided = incident.isSilent || incident.isToldBy(transition);
    return isDecided || this.#silenceOf(transition, incident) === undefined ? this.#join(incident, arrival) : SILENCED;
  }

  #begin(arrival: Arrival, silence: Silence | undefined): IncidentMark | null {
    const key = this.#settings.keyOf([arrival.key, arrival.transition.id]);
    return this.#has(OpenIncident.begun(key, arrival, silence?.id), arrival.key);
  }

  /** A finding that is told already, of this check (`again`) or of another one of its item: told once more if it is news of the check, or worse. */
  #sameAgain(incident: OpenIncident, arrival: Arrival, again: boolean): Told {
    const { key, transition } = arrival;
    if (again || incident.isToldBy(transition) || incident.isWorse(transition)) return this.#goOn(incident, arrival);
    incident.comeBack(key);
    return null;
  }

  #reminder(arrival: Arrival): Told {
    const { key, transition } = arrival;
    const here = this.#open.with(key);
    const holders = here.filter((each) => each.holds(key, aboutThe(transition)));
    const incident = holders.find((each) => !each.isSilent) ?? holders[0];
    if (incident === undefined) {
      const ended = this.#closed.some((each) => !each.released && each.incident.echoes.includes(key));
      if (ended || here.some((each) => each.hasEcho(key))) return null;
      // Of an older version, or too much to be remembered.
      const silence = this.#silenceOf(transition);
      if (silence !== undefined) return SILENCED;
      return this.#isFull ? this.#once(arrival, 'overflow') : this.#begin(arrival, silence);
    }
    if (incident.isSilent) return null;
    if (incident.isRemindedBy(transition)) return incident.mark();
    if (this.#silenceOf(transition, incident) !== undefined) return SILENCED;
    if (incident.isRecentlyTold(transition, this.#settings.remindAfter)) return null;
    incident.remind(transition);
    return incident.mark();
  }

  /** The closing tells it, once every check that was told is right. What no incident has was announced by an older version, or was too much to be remembered. */
  #recovery(arrival: Arrival): IncidentMark | null {
    const { transition } = arrival;
    const because = transition.ended ?? 'right';
    if (this.#leave(arrival, transition.was ?? aboutThe(transition), because)) return null;
    return isOverBy(this.#closed, arrival) ? null : this.#once(arrival, 'recovery', because);
  }

  /** Returns whether an incident had the finding. State of an older version does not say what is over: then it is what the incident has of the item. */
  #leave(arrival: Arrival, was: About, because: ClosedBecause): boolean {
    const { key, transition } = arrival;
    const [here, isKnown] = [this.#open.with(key), transition.was !== undefined];
    const having = havingOf(here, key, isKnown, was);
    for (const incident of having) if (incident.hasOwn(key)) this.#part(incident, arrival, was, because);
    return having.length > 0;
  }

  #part(incident: OpenIncident, { key, transition, open }: Arrival, was: About, because: ClosedBecause): void {
    if (transition.was === undefined || incident.isAbout(was)) incident.end(because);
    if (open.some((about) => incident.isAbout(about))) return;
    incident.leave(key);
    if (incident.isOver) this.#close(incident, transition);
    else this.#closed = [...this.#closed, ...leftBehind(incident, key, this.#settings)];
  }

  #close(incident: OpenIncident, last: Transition): void {
    const record = incident.record();
    this.#open.remove(incident, [...record.left, ...record.echoes]);
    const released = record.echoes.length === 0;
    this.#closed = [...this.#closed, { incident: record, at: this.#settings.now, released }];
    if (!incident.isSilent) this.closings.push(...closingsOf(record, last));
  }
}
