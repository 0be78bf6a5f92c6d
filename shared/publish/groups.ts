/** Groups due transitions: one message per run, kind and owner. */
import { createHash } from 'node:crypto';
import type { NotificationKind } from '../model/names.ts';
import type { Transition } from '../model/state.ts';
import type { Instant } from '../model/time.ts';
import { bytes } from './text.ts';

/** A transition and the state item that holds it; the same id may stand in the items of two vantages. */
export type Member = { readonly key: string; readonly transition: Transition };

export type MessageGroup<M extends Member = Member> = {
  /** The run that found the transitions, not the run that announces them. */
  readonly runId: string;
  readonly runStartedAt: Instant;
  readonly kind: NotificationKind;
  readonly owner: string | null;
  readonly members: readonly M[];
};

/** A check's change of leaf is announced before the verdict on the new leaf: both may be due from one run. */
const ORDER: Readonly<Record<NotificationKind, number>> = {
  change: 0,
  regression: 1,
  blind: 2,
  flapping: 3,
  expiry: 4,
  recovery: 5,
  closing: 6,
  reminder: 7,
};
/** Bytes that the list of members may have in the record of a message: a DynamoDB item has 400 KB, and the body is in it too. */
const MEMBERS_BYTES = 130_000;

/**
 * Returns the groups in the order in which they must be announced: of the transitions of one check, an earlier one is in an earlier group.
 * More members than one message's record can name (about a thousand) make several groups.
 */
export const groupDue = <M extends Member>(members: readonly M[]): readonly MessageGroup<M>[] => {
  const same = Map.groupBy(members, ({ transition: { runId, runStartedAt, kind, owner } }) =>
    JSON.stringify([runStartedAt, runId, kind, owner]),
  );
  return [...same.values()]
    .flatMap((all) => parted(all))
    .flatMap((own) => {
      const [first] = own;
      if (first === undefined) return [];
      const { runId, runStartedAt, kind, owner } = first.transition;
      return [{ runId, runStartedAt, kind, owner, members: own }];
    })
    .toSorted((a, b) => a.runStartedAt - b.runStartedAt || ORDER[a.kind] - ORDER[b.kind]);
};

const parted = <M extends Member>(members: readonly M[]): readonly (readonly M[])[] => {
  const parts: M[][] = [];
  let left = 0;
  for (const member of members) {
    const size = bytes(JSON.stringify([member.key, member.transition.id])) + '{"key":,"transition":},'.length;
    if (left < size) {
      parts.push([]);
      left = MEMBERS_BYTES;
    }
    parts.at(-1)?.push(member);
    left -= size;
  }
  return parts;
};

/** Returns the same id for the same parts, in hexadecimal: a repeated announcement is recognised by its id. */
export const digest = (parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
