/** Renders who may call what as a table: endpoints and routes × clients, the worst first. */
import { ANSWERS, type Answer } from '../../../shared/model/access.ts';
import { sharedRows } from '../../../shared/overview/access.ts';
import type { Overview } from '../../../shared/overview/overview.ts';
import { ANSWER_WORDS } from '../../../shared/overview/overview-words.ts';
import { printable } from '../../../shared/publish/text.ts';
import type { Colors } from './colors.ts';
import { paint } from './matrix.ts';
import { tables } from './tables.ts';
import { hanging } from './wrap.ts';

const painted = (answer: Answer, colors: Colors): string => {
  const { short } = ANSWER_WORDS[answer];
  switch (answer) {
    case 'admitted':
      return paint('pass', short, colors);
    case 'wrongly-admitted':
    case 'wrongly-refused':
      return paint('fail', short, colors);
    case 'untold':
      return paint('inconclusive', short, colors);
    case 'waived':
      return paint('waived', short, colors);
    case 'refused':
      return short;
    case 'not-asked':
      return colors.dim(short);
    default:
      return answer satisfies never;
  }
};

/** The least columns of a client: `YES!`. */
const LEAST = 4;

/** Nothing where nobody's admission was asked. `verbose`: a row for each endpoint and route. */
export function* accessTable(
  { access }: Overview,
  colors: Colors,
  { verbose, width }: { readonly verbose: boolean; readonly width: number },
): Generator<string> {
  if (access.rows.length === 0) return;
  const lines = sharedRows(access, verbose).map(({ endpoint, route, alike, answers }) => ({
    name: printable(`${endpoint}${route === null ? '' : ` ${route}`}`),
    more: alike.length === 1 ? '' : ` and ${alike.length - 1} more`,
    cells: answers.map((answer) => painted(answer, colors)),
  }));
  const heads = access.clients.map(({ name }) => printable(name).padEnd(LEAST));
  const nameWidth = Math.max(...lines.map(({ name, more }) => name.length + more.length));
  yield `${colors.bold('Who may call what')}\n`;
  yield* tables({ heads, nameWidth, lines: () => lines }, width, colors);
  const used = ANSWERS.filter((answer) => access.counts[answer] > 0).toReversed();
  const legend = used.map((answer) => `${painted(answer, colors)} ${ANSWER_WORDS[answer].meaning}`).join('   ');
  yield `\n${hanging('', 0, legend, width)}`;
}
