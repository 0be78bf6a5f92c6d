/** Renders who may call what as a table: endpoints and routes × clients, the worst first. */
import { ANSWERS, type Answer } from '../../../shared/model/access.ts';
import { sharedRows } from '../../../shared/overview/access.ts';
import { differs } from '../../../shared/overview/configured-access.ts';
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
/** Behind an answer that the sources say the opposite of. */
const OTHERWISE = '≠';

/** Nothing where nobody's admission was asked. `verbose`: a row for each endpoint and route. */
export function* accessTable(
  { access }: Overview,
  colors: Colors,
  { verbose, width }: { readonly verbose: boolean; readonly width: number },
): Generator<string> {
  if (access.rows.length === 0) return;
  const lines = sharedRows(access, verbose).map(({ endpoint, route, alike, answers, configured = [] }) => ({
    name: printable(`${endpoint}${route === null ? '' : ` ${route}`}`),
    more: alike.length === 1 ? '' : ` and ${alike.length - 1} more`,
    cells: answers.map((answer, at) => `${painted(answer, colors)}${differs(answer, configured[at]) ? OTHERWISE : ''}`),
  }));
  const heads = access.clients.map(({ name }) => printable(name).padEnd(LEAST + 1));
  const nameWidth = Math.max(...lines.map(({ name, more }) => name.length + more.length));
  yield `${colors.bold('Who may call what')}\n`;
  yield* tables({ heads, nameWidth, lines: () => lines }, width, colors);
  const used = ANSWERS.filter((answer) => access.counts[answer] > 0).toReversed();
  const legend = used.map((answer) => `${painted(answer, colors)} ${ANSWER_WORDS[answer].meaning}`).join('   ');
  const isOther = access.rows.some(({ answers, configured = [] }) =>
    answers.some((answer, at) => differs(answer, configured[at])),
  );
  yield `\n${hanging('', 0, isOther ? `${legend}   ${OTHERWISE} the configuration says the opposite` : legend, width)}`;
}
