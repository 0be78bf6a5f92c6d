/** What is due → one message per run, kind and owner. */
import { createHash } from 'node:crypto';
import type { NotificationKind } from '../model/names.ts';
import type { Transition } from '../model/state.ts';
import type { Instant } from '../model/time.ts';

/** A transition and the state item that holds it; the same id may stand in the items of two vantages. */
export type Member = { readonly key: string; readonly transition: Transition };

export type MessageGroup<M extends Member = Member> = {
  /** The run that found them, not the one that tells. */
  readonly runId: string;
  readonly runStartedAt: Instant;
  readonly kind: NotificationKind;
  readonly owner: string | null;
  readonly members: readonly M[];
};

/** A check's change of leaf is told before the verdict on the new one: both may be due from one run. */
const ORDER: Readonly<Record<NotificationKind, number>> = {
  change: 0,
  regression: 1,
  blind: 2,
  expiry: 3,
  recovery: 4,
  reminder: 5,
};
/** So that the record of one message fits into a DynamoDB item, compressed. */
const MAX_MEMBERS = 10_000;

/** In the order in which they must be told: transitions of one check are in different groups, the earlier in an earlier one. */
export const groupDue = <M extends Member>(members: readonly M[]): readonly MessageGroup<M>[] => {
  const groups = new Map<string, { group: Omit<MessageGroup, 'members'>; members: M[] }>();
  for (const member of members) {
    const { runId, runStartedAt, kind, owner } = member.transition;
    const name = (part: number) => JSON.stringify([runStartedAt, runId, kind, owner, part]);
    let part = 0;
    while ((groups.get(name(part))?.members.length ?? 0) >= MAX_MEMBERS) part += 1;
    const found = groups.get(name(part));
    if (found === undefined) groups.set(name(part), { group: { runId, runStartedAt, kind, owner }, members: [member] });
    else found.members.push(member);
  }
  return [...groups.values()]
    .map(({ group, members: own }) => ({ ...group, members: own }))
    .toSorted((a, b) => a.runStartedAt - b.runStartedAt || ORDER[a.kind] - ORDER[b.kind]);
};

/** The same for the same parts: an id is what a repeated announcement is recognised by. */
export const digest = (parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
