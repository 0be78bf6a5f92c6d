import type { NotificationItem } from '../../../shared/model/notification.ts';
import type { Transition } from '../../../shared/model/state.ts';
import { count } from '../../../shared/overview/overview-words.ts';
import { itemTitle } from '../../../shared/publish/headline.ts';
import { itemsOf } from '../../../shared/publish/items.ts';
import type { Advanced } from '../advance-state.ts';
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
  /** Default: it is not the first run. */
  readonly first?: Advanced['first'];
};

const SETTLING =
  'what fails without being forbidden, and what is inconclusive, is announced after settleAfter runs in a row, or once it is frequent.';

const nothing = (isFirst: boolean): string => `Nothing to announce ${isFirst ? 'yet' : 'since the last run'}`;

/** There is nothing that it could be compared with. */
const firstText = ({ endpoints, checks }: NonNullable<Advanced['first']>): string =>
  `This is the first run with this state file. It remembers ${count(checks, 'check')} of ${count(endpoints, 'endpoint')}, and the next run tells what has changed.`;

/** Renders the incidents since the last run with the same state file, as the notifications tell them. */
export const renderChanges = (
  transitions: readonly Transition[],
  colors: Colors,
  { verbose = false, width = Number.POSITIVE_INFINITY, first = null }: ChangesOptions = {},
): string => {
  const note = (text: string): string => colors.dim(hanging('', 0, text, width));
  const remembered = first === null ? [] : [note(firstText(first))];
  if (transitions.length === 0) return [...remembered, note(`${nothing(first !== null)}: ${SETTLING}`)].join('\n');
  const lines = toldOf(transitions).flatMap((told) => linesOf(told, colors, verbose, width));
  const title = first === null ? 'Since the last run' : 'Announced in the first run';
  return [colors.bold(title), ...lines, ...remembered].join('\n');
};
