import type { Transition } from '../../../shared/model/state.ts';
import { printable } from '../../../shared/publish/text.ts';
import type { Colors } from './colors.ts';
import { andMore } from './summary.ts';

const painted = (kind: Transition['kind'], colors: Colors): string => {
  const paint = kind === 'regression' ? colors.red : kind === 'recovery' ? colors.green : colors.yellow;
  return paint(kind.padEnd(10));
};

/** Equal changes that are all listed. More of them share a line. */
const ALL_SHOWN = 3;

const lineOf = ([first, ...others]: readonly [Transition, ...Transition[]], colors: Colors): string =>
  `  ${painted(first.kind, colors)} ${andMore([first.check], 1 + others.length)}  ${colors.dim(printable(first.message))}`;

/** Renders the transitions since the last run with the same state file. `verbose`: a line for each, however many are equal. */
export const renderChanges = (transitions: readonly Transition[], colors: Colors, verbose = false): string => {
  if (transitions.length === 0)
    return colors.dim(
      'Nothing to announce since the last run: what fails without being forbidden, and what is inconclusive, is announced after settleAfter runs in a row, or once it is frequent.',
    );
  const equal = Map.groupBy(transitions, ({ kind, code, scenario, cause }) =>
    JSON.stringify([kind, code, scenario, cause]),
  );
  const lines = [...equal.values()].flatMap((all) => {
    const [first, ...others] = all;
    if (first === undefined) return [];
    const apart = verbose || all.length <= ALL_SHOWN;
    return apart ? all.map((each) => lineOf([each], colors)) : [lineOf([first, ...others], colors)];
  });
  return `${colors.bold('Since the last run')}\n${lines.join('\n')}`;
};
