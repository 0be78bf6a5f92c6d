/**
 * Announces due transitions: decides which are told under which incident (`absorb-due.ts`), groups these, claims them, publishes one message per group and removes the transitions from `due`. The next report
 * tries again what SNS refused. If a report dies, the next attempt of the same run takes over its messages at once, and the report of another run once
 * their lease of two minutes is over. A message is
 * published twice only if the first report may have published it and could not remove its transitions; both have the same id and bytes.
 * The states of a transition and of a message: `claims.ts`.
 */
import { INCIDENTS } from '../../model/incident.ts';
import type { Origin } from '../../model/notification.ts';
import { activeSilences, SILENCES } from '../../model/silence.ts';
import { type Instant, MINUTE, type Milliseconds } from '../../model/time.ts';
import { digest, groupDue, type MessageGroup } from '../../publish/groups.ts';
import { composeMessage } from '../../publish/notification.ts';
import { NO_INCIDENTS } from '../../regression/absorb.ts';
import { shownSilences } from '../../regression/silenced-incidents.ts';
import type { MessageStore, OutgoingMessage, PublishMessage, StateStore } from '../ports.ts';
import { type AbsorbPorts, absorbDue } from './absorb-due.ts';
import {
  byKey,
  claim,
  type Due,
  findLapsed,
  hasClaims,
  inChunks,
  isClaimable,
  isHeld,
  type LapsedMessages,
  removePublished,
} from './claims.ts';

export const LEASE: Milliseconds = 2 * MINUTE;
/** State items that are read, grouped and announced at a time: it bounds the memory. */
const AT_A_TIME = 5000;
/** The end of any lease: an earlier attempt of the same run has ended, or publishes the same bytes under the same id. */
const WHENEVER: Instant = Number.MAX_SAFE_INTEGER;

export type AnnouncePorts = AbsorbPorts & {
  readonly messages: MessageStore;
  readonly publish: PublishMessage;
};

export type Announced = {
  /** Number of messages that this call published. */
  readonly published: number;
  /** Number of transitions that are still due; an item that was not read is counted as one. */
  readonly pending: number;
  /** Messages of the errors that left transitions for the next report. */
  readonly failures: readonly string[];
};

/** `keys`: state keys with due transitions of this run. Rejects only if a store cannot be listed; other errors are in `failures`. */
export const announce = async (
  ports: AnnouncePorts,
  keys: readonly string[],
  run: { readonly id: string },
  origin: Origin,
): Promise<Announced> => {
  const failures: string[] = [];
  const attempt = async <T>(work: Promise<T>): Promise<T | null> => {
    try {
      return await work;
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
      return null;
    }
  };
  let published = 0;
  for (const message of await ports.messages.pending()) {
    if (await attempt(takeOver(ports, message, run.id))) published += 1;
  }
  let pending = 0;
  const all = [...new Set([...keys, ...(await ports.store.withDue())])];
  for (let from = 0; from < all.length; from += AT_A_TIME) {
    const some = all.slice(from, from + AT_A_TIME);
    const done = await drained(ports, some, { run, origin, attempt });
    published += done.published;
    pending += done.pending;
  }
  return { published, pending, failures };
};

/** An opening and its closing may both be due: the second is decided once the first is published. So is what follows a thousand closings. */
const ROUNDS = 12;

const drained = async (
  ports: AnnouncePorts,
  keys: readonly string[],
  context: Omit<Context, 'lapsed'>,
): Promise<Omit<Announced, 'failures'>> => {
  let [published, pending] = [0, 0];
  for (let round = 0; round < ROUNDS; round += 1) {
    const decided = await context.attempt(absorbDue(ports, keys).then(() => true));
    const silences = (await context.attempt(silencesOf(ports))) ?? [];
    const origin = silences.length === 0 ? context.origin : { ...context.origin, silences };
    const done = await announceKeys(ports, [...new Set([...keys, INCIDENTS])], { ...context, origin });
    published += done.published;
    pending = done.pending;
    if (pending === 0 || done.published === 0 || decided === null) break;
  }
  return { published, pending };
};

/** Silences that a message names. */
const NAMED = 10;

const silencesOf = async ({ store, clock }: AnnouncePorts): Promise<Origin['silences'] & object> => {
  const stored = (await store.read(SILENCES))?.value.silences;
  if (activeSilences(stored, clock()).length === 0) return [];
  const incidents = (await store.read(INCIDENTS))?.value.incidents ?? NO_INCIDENTS;
  return shownSilences(stored, incidents, clock(), { most: NAMED, named: false });
};

const announceKeys = async (
  ports: AnnouncePorts,
  keys: readonly string[],
  { run, origin, attempt }: Omit<Context, 'lapsed'>,
): Promise<Omit<Announced, 'failures'>> => {
  const read = await inChunks(keys, (key) => attempt(dueOf(ports.store, key)));
  const due = read.flatMap((found) => found ?? []);
  const lapsed = (await attempt(findLapsed(ports.messages, due, { now: ports.clock(), run: run.id }))) ?? new Set();
  let [published, announced] = [0, 0];
  for (const group of groupDue(due.filter((each) => isClaimable(each, lapsed)))) {
    const message = await attempt(announceGroup(ports, group, { run, origin, lapsed, attempt }));
    published += message === null ? 0 : 1;
    announced += message?.members.length ?? 0;
  }
  const unread = read.filter((found) => found === null).length;
  return { published, pending: due.length - announced + unread };
};

const dueOf = async (store: StateStore, key: string): Promise<readonly Due[]> =>
  ((await store.read(key))?.value.due ?? []).filter((due) => !isHeld(due)).map((due) => ({ ...due, key }));

/** Publishes a message whose lease is over, or that an earlier attempt of the same run left, with the same bytes, unless its transitions were removed. Returns whether it was published. */
const takeOver = async (ports: AnnouncePorts, message: OutgoingMessage, run: string): Promise<boolean> => {
  const now = ports.clock();
  const until = now + LEASE;
  if (!(await ports.messages.lease(message.id, message.run === run ? WHENEVER : now, until))) return false;
  const claimed = await hasClaims(ports.store, message);
  if (claimed) await deliver(ports, message, until);
  else await ports.messages.remove(message.id);
  return claimed;
};

type Context = {
  readonly run: { readonly id: string };
  readonly origin: Origin;
  readonly lapsed: LapsedMessages;
  readonly attempt: <T>(work: Promise<T>) => Promise<T | null>;
};

/**
 * Claims a group's transitions and publishes a message with those that could be claimed. The id is fixed before the first claim: another report
 * has other ids, and so has a new claim on the transitions of a lapsed message. Null if no transition could be claimed, or if another attempt
 * of the same report created the message.
 */
const announceGroup = async (
  ports: AnnouncePorts,
  group: MessageGroup<Due>,
  context: Context,
): Promise<OutgoingMessage | null> => {
  const { run, origin, lapsed, attempt } = context;
  const claims = group.members.map(({ key, transition, claim: by }) =>
    JSON.stringify([key, transition.id, by?.message]),
  );
  const id = digest([run.id, group.kind, group.owner ?? '', ...claims.toSorted()]);
  const until = ports.clock() + LEASE;
  const claimed = await inChunks([...byKey(group.members)], ([key, own]) =>
    attempt(claim(ports.store, key, own, { message: id, until, run: run.id }, lapsed)),
  );
  const members = claimed.flatMap((found) => found ?? []);
  if (members.length === 0) return null;
  const own = group.runId === run.id ? origin : { ...origin, links: { ...origin.links, run: null } };
  const message = { ...composeMessage(id, { ...group, members }, own), run: run.id };
  const leased = ports.clock() + LEASE;
  if (!(await ports.messages.create(message, leased))) return null;
  await deliver(ports, message, leased);
  return message;
};

/** `until`: when this report's lease ends. If SNS refuses the message, the lease ends at once, so that the next report tries again. */
const deliver = async (ports: AnnouncePorts, message: OutgoingMessage, until: Instant): Promise<void> => {
  const { publish, store, messages, clock } = ports;
  try {
    await publish(message);
  } catch (error) {
    await messages.lease(message.id, until, clock()).catch(() => false);
    throw error;
  }
  await removePublished(store, message);
  await messages.remove(message.id);
};
