import type { StateItem, Transition } from '../model/state.ts';

/** Everything due, told by the caller itself: for whoever has no SNS. */
export const drain = (item: StateItem): { readonly item: StateItem; readonly transitions: readonly Transition[] } => ({
  item: { ...item, due: [] },
  transitions: item.due.map(({ transition }) => transition),
});
