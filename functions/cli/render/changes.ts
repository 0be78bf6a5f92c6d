import type { NotificationItem } from '../../../shared/model/notification.ts';
import type { Transition } from '../../../shared/model/state.ts';
import { itemTitle } from '../../../shared/publish/headline.ts';
import { itemsOf } from '../../../shared/publish/items.ts';
import type { Colors } from './colors.ts';
import { hanging } from './wrap.ts';

const painted = (kind: Transition['kind'], colors: Colors): string => {
  const paint = kind === 'regression' ? colors.red : kind === 'recovery' ? colors.green : colors.yellow;
  return paint(kind.padEnd(10));
};

const LEAD = 2 + 10 + 1;

type Told = { readonly kind: Transition['kind']; readonly item: NotificationItem };

const linesOf = ({ kind, item }: Told, colors: Colors, verbose: boolean, width: number): readonly string[] => [
  hanging(`  ${painted(kind, colors)} `, LEAD, `${itemTitle(kind, item)}  ${colors.dim(item.message)}`, width),
  ...(verbose && item.checks.length > 1 ? item.checks.map((check) => colors.dim(`${' '.repeat(LEAD)}${check}`)) : []),
];

/** One for each incident and kind; those of one incident follow one another. */
const toldOf = (transitions: readonly Transition[]): readonly Told[] => {
  const byIncident = Map.groupBy(transitions, ({ incident, id }) => incident?.key ?? id);
  return [...byIncident.values()].flatMap((own) =>
    [...Map.groupBy(own, ({ kind }) => kind)].flatMap(([kind, all]) => itemsOf(all).map((item) => ({ kind, item }))),
  );
};

export type ChangesOptions = {
  /** With the checks of each. Default: false. */
  readonly verbose?: boolean | undefined;
  /** Columns of the terminal. Default: lines are not wrapped. */
  readonly width?: number;
};

/** Renders the incidents since the last run with the same state file, as the notifications tell them. */
export const renderChanges = (
  transitions: readonly Transition[],
  colors: Colors,
  { verbose = false, width = Number.POSITIVE_INFINITY }: ChangesOptions = {},
): string => {
  if (transitions.length === 0) {
    const note =
      'Nothing to announce since the last run: what fails without being forbidden, and what is inconclusive, is announced after settleAfter runs in a row, or once it is frequent.';
    return colors.dim(hanging('', 0, note, width));
  }
  const lines = toldOf(transitions).flatMap((told) => linesOf(told, colors, verbose, width));
  return `${colors.bold('Since the last run')}\n${lines.join('\n')}`;
};
