/**
 * Which report publishes which transition.
 *
 * A transition in `due` is
 * - unclaimed: its `claim` is null;
 * - claimed: its `claim` names one message, written by a conditional write of its item. No other report may claim it;
 * - claimable again: the claim has expired, or is of an earlier attempt of the same run, and its message is lapsed;
 * - removed from `due`: its message was published.
 * A message is
 * - not created: its id is unused;
 * - leased: created, and its report is publishing it;
 * - expired: its lease is over, or is of an earlier attempt of the same run. Any report may lease it again, and publishes the same bytes under the same id;
 * - removed: it was published, or had no claim left. Its id stays taken, so that it cannot be created again;
 * - lapsed: it was never created and never can be, because `findLapsed` has taken its id, or it was removed.
 */
import { INCIDENTS } from '../../model/incident.ts';
import type { DueTransition } from '../../model/state.ts';
import type { Instant } from '../../model/time.ts';
import type { Member } from '../../publish/groups.ts';
import type { MessageStore, OutgoingMessage, StateStore } from '../ports.ts';
import { updateItem } from './update-item.ts';

const AT_ONCE = 25;

export type Due = DueTransition & { readonly key: string };
/** Ids of lapsed messages: a claim that names one of them is void. */
export type LapsedMessages = ReadonlySet<string>;

/** Whether a transition is decided, and unclaimed or claimable again. One that an older version claimed has no incident. */
export const isClaimable = ({ claim, transition }: DueTransition, lapsed: LapsedMessages): boolean =>
  claim === null ? transition.incident !== undefined : lapsed.has(claim.message);

/**
 * Returns the lapsed messages among those that expired claims name; a claim of an earlier attempt of the same `run` counts as expired. It takes the id of a message that was not created: a report that claimed,
 * and was delayed before it created its message, finds the id taken.
 */
export const findLapsed = async (
  messages: MessageStore,
  due: readonly Due[],
  { now, run }: { readonly now: Instant; readonly run: string },
): Promise<LapsedMessages> => {
  const expired = new Set(
    due.flatMap(({ claim }) => (claim !== null && (claim.until <= now || claim.run === run) ? [claim.message] : [])),
  );
  const known: string[] = [];
  for (const id of expired) {
    const empty = { id, subject: '', body: '', attributes: {}, members: [] };
    if (await messages.create(empty, now)) await messages.remove(id);
    else known.push(id);
  }
  const pending = new Set(known.length > 0 ? (await messages.pending()).map(({ id }) => id) : []);
  return new Set([...expired].filter((id) => !pending.has(id)));
};

/** Whether a change waits for the end of a silence: nothing waits for it. */
export const isHeld = ({ claim, transition }: DueTransition): boolean =>
  claim === null && transition.silenced === true && transition.incident === undefined;

/** The transitions of a check are announced one after the other. Closings of incidents do not wait for each other. */
const laneOf = (key: string, { transition: { id, check } }: DueTransition): string => (key === INCIDENTS ? id : check);

/**
 * Claims the claimable transitions that are the first of their check: a later one waits until the earlier is removed. Returns the claimed ones, with those that
 * were claimed for this message already: the answer to that write was lost.
 */
export const claim = async (
  store: StateStore,
  key: string,
  members: readonly Member[],
  by: { readonly message: string; readonly until: Instant; readonly run: string },
  lapsed: LapsedMessages,
): Promise<readonly Member[]> => {
  const wanted = new Set(members.map(({ transition }) => transition.id));
  const claimed: Member[] = [];
  await updateItem(store, key, (item) => {
    claimed.length = 0;
    const waiting = item.due.filter((due) => !isHeld(due));
    const first = new Map(waiting.toReversed().map((due) => [laneOf(key, due), due]));
    const due = item.due.map((due) => {
      const { transition } = due;
      const isOwn = due.claim?.message === by.message;
      if (first.get(laneOf(key, due)) !== due || !wanted.has(transition.id)) return due;
      if (!isOwn && !isClaimable(due, lapsed)) return due;
      claimed.push({ key, transition });
      return isOwn ? due : { transition, claim: by };
    });
    return { ...item, due };
  });
  return claimed;
};

/** Removes a published message's transitions from `due`; transitions that other writers have added meanwhile stay. */
export const removePublished = async (store: StateStore, { members }: OutgoingMessage): Promise<void> => {
  await inChunks([...byKey(members)], ([key, own]) => {
    const published = new Set(own.map(({ transition }) => transition));
    return updateItem(store, key, (item) => ({
      ...item,
      due: item.due.filter(({ transition }) => !published.has(transition.id)),
    }));
  });
};

/** Whether a transition in `due` is still claimed for this message. */
export const hasClaims = async (store: StateStore, { id, members }: OutgoingMessage): Promise<boolean> => {
  const items = await inChunks([...byKey(members).keys()], (key) => store.read(key));
  return items.some((item) => item?.value.due.some(({ claim: by }) => by?.message === id) ?? false);
};

export const byKey = <T extends { readonly key: string }>(all: readonly T[]): ReadonlyMap<string, readonly T[]> =>
  Map.groupBy(all, ({ key }) => key);

/** Runs `work` for each member, 25 at a time, and returns the results in order. Rejects after the chunk in which a member fails. */
export const inChunks = async <T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<readonly R[]> => {
  const done: R[] = [];
  for (let from = 0; from < all.length; from += AT_ONCE) {
    done.push(...(await Promise.all(all.slice(from, from + AT_ONCE).map(work))));
  }
  return done;
};
