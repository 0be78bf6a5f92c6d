/** One open incident: what begins it, what joins it, and what it explains. */
import type { About, ClosedBecause, Incident, IncidentMark } from '../model/incident.ts';
import type { Transition } from '../model/state.ts';
import type { Milliseconds } from '../model/time.ts';
import { hasCome, isExplainedBy, topicOf } from './about.ts';
import { type Arrival, aboutThe, isBlind, openingKey, rank, tellingOf, thingText, thingThe } from './arrival.ts';
import { beginningOf } from './incident-beginning.ts';

/** Later tellings that are remembered beside the first; and a share of `remindAfter`. */
const [TELLINGS, MOSTLY] = [3, 0.9];

export class OpenIncident {
  readonly #facts: Omit<Incident, 'abouts' | 'owners' | 'firsts' | 'endpoints' | 'own' | 'left' | 'echoes'>;
  readonly #abouts: Set<About>;
  readonly #owners: Map<string | null, string | null>;
  readonly #endpoints: Set<string>;
  readonly #own: Set<string>;
  readonly #left: Set<string>;
  readonly #echoes: Set<string>;

  constructor({ abouts, owners, firsts, endpoints, own, left, echoes, ...facts }: Incident) {
    this.#facts = facts;
    this.#abouts = new Set(abouts);
    this.#owners = new Map(owners.map((owner, at) => [owner, firsts?.[at] ?? null]));
    this.#endpoints = new Set(endpoints);
    this.#own = new Set(own);
    this.#left = new Set(left);
    this.#echoes = new Set(echoes);
  }

  /** `silence`: the id of that for which nobody is told. Absent: it is told. */
  static begun(key: string, arrival: Arrival, silence?: string): OpenIncident {
    const incident = new OpenIncident(beginningOf(key, arrival.transition, silence));
    incident.join(arrival);
    return incident;
  }

  get key(): string {
    return this.#facts.key;
  }
  /** What it takes of the record: the items that it names, and two more for itself. */
  get size(): number {
    return 2 + this.#own.size + this.#left.size + this.#echoes.size;
  }
  /** The id of the silence for which nobody is told of it; undefined if it is told. */
  get silence(): string | undefined {
    return this.#facts.silence;
  }
  get isSilent(): boolean {
    return this.silence !== undefined;
  }
  get isOver(): boolean {
    return this.#own.size === 0;
  }
  /** As `thingText` has it. */
  get thing(): string {
    return thingText(this.#facts.thing);
  }
  /** As `openingOf` has it. */
  get opening(): string {
    const { tellings, vantage, thing } = this.#facts;
    return openingKey([tellings[0], topicOf(this.#facts), vantage], thing);
  }

  mark(closedBecause: ClosedBecause | null = null): IncidentMark {
    const { key, cause, thing, openedAt } = this.#facts;
    return { key, cause, thing, openedAt, closedBecause };
  }

  record(): Incident {
    return {
      ...this.#facts,
      abouts: [...this.#abouts],
      owners: [...this.#owners.keys()],
      firsts: [...this.#owners.values()],
      endpoints: [...this.#endpoints],
      own: [...this.#own],
      left: [...this.#left],
      echoes: [...this.#echoes],
    };
  }

  /** Takes the arrival's finding as one that is told: it keeps the incident open. */
  join({ key, transition }: Arrival): void {
    const { severity, runStartedAt, owner, endpoint } = transition;
    const { tellings, toldAt } = this.#facts;
    const [first, ...later] = new Set([...tellings, tellingOf(transition)]);
    const isNamed = tellings.length === 0 || hasCome(this.#facts.code, transition.code);
    Object.assign(this.#facts, {
      // The closing names what it has become: expired, no longer soon to expire.
      ...(isNamed && { code: transition.code, cause: transition.cause }),
      severity: rank(severity) > rank(this.#facts.severity) ? severity : this.#facts.severity,
      tellings: [first, ...later.slice(-TELLINGS)],
      toldAt: Math.max(toldAt, runStartedAt),
    });
    this.#abouts.add(aboutThe(transition));
    this.#owners.set(owner, this.#owners.get(owner) ?? endpoint);
    if (endpoint !== null) this.#endpoints.add(endpoint);
    this.comeBack(key);
  }

  /** Takes an item whose findings were over, and are back. */
  comeBack(key: string): void {
    this.#own.add(key);
    this.#left.delete(key);
  }

  echo(key: string): void {
    this.#echoes.add(key);
  }

  forget(echoes: readonly string[]): void {
    for (const key of echoes) this.#echoes.delete(key);
  }

  remind({ runId, runStartedAt }: Transition): void {
    Object.assign(this.#facts, { remindingRun: runId, toldAt: runStartedAt });
  }

  /** Remembers why a told finding is over. */
  end(because: ClosedBecause): void {
    Object.assign(this.#facts, { ends: [...new Set([...this.#facts.ends, because])] });
  }

  /** Lets an item go that has no told finding of the incident any more. What it explains stays named until it is over: none of that was told. */
  leave(key: string): void {
    if (this.#own.delete(key)) this.#left.add(key);
  }

  isToldBy(transition: Transition): boolean {
    return this.#facts.tellings.includes(tellingOf(transition));
  }
  isWorse({ severity }: Transition): boolean {
    return rank(severity) > rank(this.#facts.severity);
  }
  isAbout(about: About): boolean {
    return this.#abouts.has(about);
  }
  /** Whether its explanation is news to the finding's owner. A finding without an owner has nobody who waits for it. */
  isUnknownToOwner({ owner }: Transition): boolean {
    return owner !== null && !this.#owners.has(owner);
  }
  hasOwn(key: string): boolean {
    return this.#own.has(key);
  }
  hasEcho(key: string): boolean {
    return this.#echoes.has(key);
  }
  /** Whether the incident has this finding already, or had it. */
  holds(key: string, about: About): boolean {
    return this.#abouts.has(about) && (this.#own.has(key) || this.#left.has(key));
  }

  isRemindedBy({ runId }: Transition): boolean {
    return this.#facts.remindingRun === runId;
  }
  /** Checks of one incident that were announced one after the other are reminded of in one message. */
  isRecentlyTold({ runStartedAt }: Transition, remindAfter: Milliseconds): boolean {
    return runStartedAt - this.#facts.toldAt < MOSTLY * remindAfter;
  }

  /** Whether the same finding has to be told: at another endpoint that serves the certificate, as one that is worse, or with others of its run that are told. */
  isNewsTo(transition: Transition): boolean {
    const { endpoint } = transition;
    const isElsewhere =
      thingThe(transition).kind === 'certificate' && endpoint !== null && !this.#endpoints.has(endpoint);
    const isNews = isElsewhere || this.isWorse(transition) || this.isToldBy(transition);
    return isNews && this.#abouts.has(aboutThe(transition));
  }

  /** Whether a finding is what this incident said would come: an identity that ends cannot be used. */
  foresaw(transition: Transition): boolean {
    const { code, thing } = this.#facts;
    return hasCome(code, transition.code) && thingText(thing) === thingText(thingThe(transition));
  }

  /** Whether a finding at another endpoint that begins in the same run is the same fault. */
  isSharedWith(transition: Transition): boolean {
    const { cause, code, thing } = this.#facts;
    return (
      cause !== null &&
      code === transition.code &&
      thing.kind === 'endpoint' &&
      thingThe(transition).kind === 'endpoint'
    );
  }

  /** Whether it explains a finding at the same endpoint or of the same identity. A finding that is worse than everything told of it is told. */
  explains(transition: Transition): boolean {
    if (this.isWorse(transition)) return false;
    return (
      this.#abouts.has(aboutThe(transition)) ||
      isExplainedBy(topicOf(this.#facts), { ...transition, blind: isBlind(transition) })
    );
  }
}
