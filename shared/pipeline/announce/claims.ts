/**
 * Who tells what. A transition is claimed for one message by a conditional write of its item; it leaves `due` once that message has been
 * published. It is told under one id only: a claim is given up only for a message that can never be created any more.
 */
import type { DueTransition, StateItem } from '../../model/state.ts';
import type { Instant } from '../../model/time.ts';
import type { Member } from '../../publish/groups.ts';
import type { MessageStore, OutgoingMessage, StateStore } from '../ports.ts';

const TRIES = 10;
const AT_ONCE = 25;

export type Due = DueTransition & { readonly key: string };
/** Ids of messages that were never created, and never can be, or have told all they had to. */
export type DeadMessages = ReadonlySet<string>;

export const isFree = ({ claim }: Pick<DueTransition, 'claim'>, dead: DeadMessages): boolean =>
  claim === null || dead.has(claim.message);

/**
 * Of the messages that expired claims name, those that are dead. Taking the id settles it: a report that claimed and was held up before
 * it created its message finds the id taken.
 */
export const findDead = async (messages: MessageStore, due: readonly Due[], now: Instant): Promise<DeadMessages> => {
  const expired = new Set(due.flatMap(({ claim }) => (claim !== null && claim.until <= now ? [claim.message] : [])));
  const known: string[] = [];
  for (const id of expired) {
    const nothing = { id, subject: '', body: '', attributes: {}, members: [] };
    if (await messages.create(nothing, now)) await messages.remove(id);
    else known.push(id);
  }
  const pending = new Set(known.length > 0 ? (await messages.pending()).map(({ id }) => id) : []);
  return new Set([...expired].filter((id) => !pending.has(id)));
};

/** Claims what is still free and the first of its check: a later one waits until the earlier has been told. Returns what it got. */
export const claim = async (
  store: StateStore,
  key: string,
  members: readonly Member[],
  message: string,
  until: Instant,
  dead: DeadMessages,
): Promise<readonly Member[]> => {
  const wanted = new Set(members.map(({ transition }) => transition.id));
  const got: Member[] = [];
  await update(store, key, (item) => {
    got.length = 0;
    const first = new Map(item.due.toReversed().map((due) => [due.transition.check, due]));
    return item.due.map((due) => {
      const { transition } = due;
      if (first.get(transition.check) !== due || !wanted.has(transition.id) || !isFree(due, dead)) return due;
      got.push({ key, transition });
      return { transition, claim: { message, until } };
    });
  });
  return got;
};

/** Takes what a message told out of `due`; what others have added meanwhile stays. */
export const markTold = async (store: StateStore, { members }: OutgoingMessage): Promise<void> => {
  await inChunks([...byKey(members)], ([key, own]) => {
    const told = new Set(own.map(({ transition }) => transition));
    return update(store, key, ({ due }) => due.filter(({ transition }) => !told.has(transition.id)));
  });
};

export const hasAnythingToTell = async (store: StateStore, { id, members }: OutgoingMessage): Promise<boolean> => {
  const items = await inChunks([...byKey(members).keys()], (key) => store.read(key));
  return items.some((item) => item?.value.due.some(({ claim: by }) => by?.message === id) ?? false);
};

export const byKey = <T extends { readonly key: string }>(all: readonly T[]): ReadonlyMap<string, readonly T[]> =>
  Map.groupBy(all, ({ key }) => key);

/** In order, 25 at a time. Rejects once the chunk of the first that failed has ended. */
export const inChunks = async <T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<readonly R[]> => {
  const done: R[] = [];
  for (let from = 0; from < all.length; from += AT_ONCE) {
    done.push(...(await Promise.all(all.slice(from, from + AT_ONCE).map(work))));
  }
  return done;
};

/** Writes only what differs; where another writer came first, decides again on what it wrote. */
const update = async (store: StateStore, key: string, next: (item: StateItem) => StateItem['due']): Promise<void> => {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const stored = await store.read(key);
    if (stored === null) return;
    const { value, version } = stored;
    const due = next(value);
    const same = due.length === value.due.length && due.every((one, index) => one === value.due[index]);
    if (same || (await store.write({ ...value, due }, version))) return;
  }
  throw new Error(`The state of ${key} was written by others ${TRIES} times in a row.`);
};
