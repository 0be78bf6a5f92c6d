import type { NotificationItem } from '../../../shared/model/notification.ts';
import type { Transition } from '../../../shared/model/state.ts';
import { itemTitle } from '../../../shared/publish/headline.ts';
import { itemsOf } from '../../../shared/publish/items.ts';
import type { Colors } from './colors.ts';

const painted = (kind: Transition['kind'], colors: Colors): string => {
  const paint = kind === 'regression' ? colors.red : kind === 'recovery' ? colors.green : colors.yellow;
  return paint(kind.padEnd(10));
};

const linesOf = (
  kind: Transition['kind'],
  item: NotificationItem,
  colors: Colors,
  verbose: boolean,
): readonly string[] => [
  `  ${painted(kind, colors)} ${itemTitle(kind, item)}  ${colors.dim(item.message)}`,
  ...(verbose && item.checks.length > 1 ? item.checks.map((check) => colors.dim(`${' '.repeat(13)}${check}`)) : []),
];

/** Renders the incidents since the last run with the same state file, as the notifications tell them. `verbose`: with the checks of each. */
export const renderChanges = (transitions: readonly Transition[], colors: Colors, verbose = false): string => {
  if (transitions.length === 0)
    return colors.dim(
      'Nothing to announce since the last run: what fails without being forbidden, and what is inconclusive, is announced after settleAfter runs in a row, or once it is frequent.',
    );
  const byKind = Map.groupBy(transitions, ({ kind }) => kind);
  const lines = [...byKind].flatMap(([kind, all]) =>
    itemsOf(all).flatMap((item) => linesOf(kind, item, colors, verbose)),
  );
  return `${colors.bold('Since the last run')}\n${lines.join('\n')}`;
};
