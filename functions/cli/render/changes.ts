import type { Transition } from '../../../shared/model/state.ts';
import { printable } from '../../../shared/publish/text.ts';
import type { Colors } from './colors.ts';

const painted = (kind: Transition['kind'], colors: Colors): string => {
  const paint = kind === 'regression' ? colors.red : kind === 'recovery' ? colors.green : colors.yellow;
  return paint(kind.padEnd(10));
};

/** Renders the transitions since the last run with the same state file. */
export const renderChanges = (transitions: readonly Transition[], colors: Colors): string => {
  if (transitions.length === 0)
    return colors.dim(
      'Nothing to announce since the last run: what fails without being forbidden, and what is inconclusive, is announced after settleAfter runs in a row, or once it is frequent.',
    );
  const lines = transitions.map(
    ({ kind, check, message }) => `  ${painted(kind, colors)} ${check}  ${colors.dim(printable(message))}`,
  );
  return `${colors.bold('Since the last run')}\n${lines.join('\n')}`;
};
