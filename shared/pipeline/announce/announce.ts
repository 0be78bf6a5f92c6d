/**
 * Announces due transitions: groups them, claims them, publishes one message per group and removes the transitions from `due`. The next report
 * tries again what SNS refused. If a report dies, a later report takes over its messages once their lease of two minutes is over. A message is
 * published twice only if the first report may have published it and could not remove its transitions; both have the same id and bytes.
 * The states of a transition and of a message: `claims.ts`.
 */
import type { Notification } from '../../model/notification.ts';
import { type Instant, MINUTE, type Milliseconds } from '../../model/time.ts';
import { digest, groupDue, type MessageGroup } from '../../publish/groups.ts';
import { composeMessage } from '../../publish/notification.ts';
import type { Clock, MessageStore, OutgoingMessage, PublishMessage, StateStore } from '../ports.ts';
import {
  byKey,
  claim,
  type Due,
  findLapsed,
  hasClaims,
  inChunks,
  isClaimable,
  type LapsedMessages,
  removePublished,
} from './claims.ts';

export const LEASE: Milliseconds = 2 * MINUTE;
/** At most so many state items are read, and so many messages taken over, in one call. */
const LIMIT = 5000;

export type AnnouncePorts = {
  readonly store: StateStore;
  readonly messages: MessageStore;
  readonly publish: PublishMessage;
  readonly clock: Clock;
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
  links: Notification['links'],
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
  for (const message of (await ports.messages.pending()).slice(0, LIMIT)) {
    if (await attempt(takeOver(ports, message))) published += 1;
  }
  const all = [...new Set([...keys, ...(await ports.store.withDue())])];
  const keysToRead = all.slice(0, LIMIT);
  const read = await inChunks(keysToRead, (key) => attempt(dueOf(ports.store, key)));
  const due = read.flatMap((found) => found ?? []);
  const lapsed = (await attempt(findLapsed(ports.messages, due, ports.clock()))) ?? new Set();
  let announced = 0;
  for (const group of groupDue(due.filter((each) => isClaimable(each, lapsed)))) {
    const message = await attempt(announceGroup(ports, group, { run, links, lapsed, attempt }));
    published += message === null ? 0 : 1;
    announced += message?.members.length ?? 0;
  }
  const unread = all.length - keysToRead.length + read.filter((found) => found === null).length;
  return { published, pending: due.length - announced + unread, failures };
};

const dueOf = async (store: StateStore, key: string): Promise<readonly Due[]> =>
  ((await store.read(key))?.value.due ?? []).map((due) => ({ ...due, key }));

/** Publishes a message whose lease is over, with the same bytes, unless its transitions were removed. Returns whether it was published. */
const takeOver = async (ports: AnnouncePorts, message: OutgoingMessage): Promise<boolean> => {
  const now = ports.clock();
  const until = now + LEASE;
  if (!(await ports.messages.lease(message.id, now, until))) return false;
  const claimed = await hasClaims(ports.store, message);
  if (claimed) await deliver(ports, message, until);
  else await ports.messages.remove(message.id);
  return claimed;
};

type Context = {
  readonly run: { readonly id: string };
  readonly links: Notification['links'];
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
  const { run, links, lapsed, attempt } = context;
  const claims = group.members.map(({ key, transition, claim: by }) =>
    JSON.stringify([key, transition.id, by?.message]),
  );
  const id = digest([run.id, group.kind, group.owner ?? '', ...claims.toSorted()]);
  const until = ports.clock() + LEASE;
  const claimed = await inChunks([...byKey(group.members)], ([key, own]) =>
    attempt(claim(ports.store, key, own, id, until, lapsed)),
  );
  const members = claimed.flatMap((found) => found ?? []);
  if (members.length === 0) return null;
  const ownLinks = group.runId === run.id ? links : { ...links, run: null };
  const message = composeMessage(id, { ...group, members }, ownLinks);
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
