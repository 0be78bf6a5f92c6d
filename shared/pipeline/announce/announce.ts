/**
 * Tells what is due: groups it, claims it, publishes it, takes it out. What SNS refuses is tried again by the next report; whatever dies on the
 * way is taken up once a lease of two minutes is over. A message is repeated only where it may have been published and could not be marked, and then with the same
 * id and bytes.
 */
import type { Notification } from '../../model/notification.ts';
import { type Instant, MINUTE, type Milliseconds } from '../../model/time.ts';
import { digest, groupDue, type MessageGroup } from '../../publish/groups.ts';
import { composeMessage } from '../../publish/notification.ts';
import type { Clock, MessageStore, OutgoingMessage, PublishMessage, StateStore } from '../ports.ts';
import {
  byKey,
  claim,
  type DeadMessages,
  type Due,
  findDead,
  hasAnythingToTell,
  inChunks,
  isFree,
  markTold,
} from './claims.ts';

export const LEASE: Milliseconds = 2 * MINUTE;
/** State items that one call looks at, and messages that it takes over. */
const LIMIT = 5000;

export type AnnouncePorts = {
  readonly store: StateStore;
  readonly messages: MessageStore;
  readonly publish: PublishMessage;
  readonly clock: Clock;
};

export type Announced = {
  /** Messages that were published by this call. */
  readonly published: number;
  /** Transitions known to be still due; an item that was not looked at counts as one. */
  readonly pending: number;
  /** Why something was left for the next report. */
  readonly failures: readonly string[];
};

/** `keys`: items that this run's results left due. Rejects only where the stores cannot be listed. */
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
  const looked = all.slice(0, LIMIT);
  const read = await inChunks(looked, (key) => attempt(dueOf(ports.store, key)));
  const due = read.flatMap((some) => some ?? []);
  const dead = (await attempt(findDead(ports.messages, due, ports.clock()))) ?? new Set();
  let told = 0;
  for (const group of groupDue(due.filter((one) => isFree(one, dead)))) {
    const message = await attempt(tell(ports, group, { run, links, dead, attempt }));
    published += message === null ? 0 : 1;
    told += message?.members.length ?? 0;
  }
  const unread = all.length - looked.length + read.filter((some) => some === null).length;
  return { published, pending: due.length - told + unread, failures };
};

const dueOf = async (store: StateStore, key: string): Promise<readonly Due[]> =>
  ((await store.read(key))?.value.due ?? []).map((due) => ({ ...due, key }));

/** A message whose lease is over and that somebody may already have published: the same bytes again, unless it was marked. */
const takeOver = async (ports: AnnouncePorts, message: OutgoingMessage): Promise<boolean> => {
  const now = ports.clock();
  const until = now + LEASE;
  if (!(await ports.messages.lease(message.id, now, until))) return false;
  const tells = await hasAnythingToTell(ports.store, message);
  if (tells) await deliver(ports, message, until);
  else await ports.messages.remove(message.id);
  return tells;
};

type Telling = {
  readonly run: { readonly id: string };
  readonly links: Notification['links'];
  readonly dead: DeadMessages;
  readonly attempt: <T>(work: Promise<T>) => Promise<T | null>;
};

/**
 * The id is settled before anything is claimed, and the message is made of what could be. Another report has other ids, and so has another
 * try at what a dead message once claimed. Null where nothing was left, or the same report has told it already.
 */
const tell = async (
  ports: AnnouncePorts,
  group: MessageGroup<Due>,
  telling: Telling,
): Promise<OutgoingMessage | null> => {
  const { run, links, dead, attempt } = telling;
  const claims = group.members.map(({ key, transition, claim: by }) =>
    JSON.stringify([key, transition.id, by?.message]),
  );
  const id = digest([run.id, group.kind, group.owner ?? '', ...claims.toSorted()]);
  const until = ports.clock() + LEASE;
  const got = await inChunks([...byKey(group.members)], ([key, own]) =>
    attempt(claim(ports.store, key, own, id, until, dead)),
  );
  const members = got.flatMap((some) => some ?? []);
  if (members.length === 0) return null;
  const ownLinks = group.runId === run.id ? links : { ...links, run: null };
  const message = composeMessage(id, { ...group, members }, ownLinks);
  const leased = ports.clock() + LEASE;
  if (!(await ports.messages.create(message, leased))) return null;
  await deliver(ports, message, leased);
  return message;
};

/** `until`: when our lease ends. Where SNS refused it is given back, so that the very next report tries again. */
const deliver = async (ports: AnnouncePorts, message: OutgoingMessage, until: Instant): Promise<void> => {
  const { publish, store, messages, clock } = ports;
  try {
    await publish(message);
  } catch (error) {
    await messages.lease(message.id, until, clock()).catch(() => false);
    throw error;
  }
  await markTold(store, message);
  await messages.remove(message.id);
};
