/** Takes back a due transition that is not told now: its check is as it was before, so that its next run finds the same again. */
import type { CheckState, DueTransition, StateItem } from '../model/state.ts';
import { isEnd } from './arrival.ts';
import { openAbout } from './transition.ts';

/** `id`: of an opening or a reminder. If a later transition of the check is due, that one follows what was before. */
export const unannounced = (item: StateItem, id: string): StateItem => {
  const at = item.due.findIndex(({ transition }) => transition.id === id);
  const taken = item.due[at]?.transition;
  if (taken === undefined) return item;
  const { check, runStartedAt } = taken;
  const before = beforeOf(taken);
  const due = item.due.toSpliced(at, 1);
  if (before === undefined) return { ...item, due };
  const next = due.findIndex(({ transition }, index) => index >= at && follows(transition, check));
  if (next !== -1)
    return { ...item, due: due.flatMap((each, index) => (index === next ? after(each, before) : [each])) };
  const state = item.checks[check];
  if (state?.announced?.at !== runStartedAt) return { ...item, due };
  return { ...item, due, checks: { ...item.checks, [check]: { ...state, announced: before } } };
};

type Before = CheckState['announced'];

/** Undefined if an older version made the transition and nothing says what was before. */
const beforeOf = ({ before, was }: DueTransition['transition']): Before | undefined =>
  before === undefined && was === undefined ? null : before;

const follows = ({ check, kind }: DueTransition['transition'], of: string): boolean =>
  check === of && kind !== 'change';

/** The transition as it follows `before`. What was never told has no end. */
const after = ({ transition, claim }: DueTransition, before: Before): readonly DueTransition[] => {
  const was = openAbout({ announced: before });
  const { was: _was, ...rest } = transition;
  if (!isEnd(transition)) return [{ transition: { ...rest, before, ...(was !== undefined && { was }) }, claim }];
  if (before === null || before.level === 'ok') return [];
  return [{ transition: was === undefined ? transition : { ...transition, was }, claim }];
};
