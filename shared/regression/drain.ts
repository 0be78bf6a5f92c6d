import type { StateItem, Transition } from '../model/state.ts';

/** Takes all due transitions out of an item, for a caller that shows them itself (the command line) instead of publishing to SNS. */
export const drain = (item: StateItem): { readonly item: StateItem; readonly transitions: readonly Transition[] } => ({
  item: { ...item, due: [] },
  transitions: item.due.map(({ transition }) => transition),
});
