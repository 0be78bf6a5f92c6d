/** docs/reliability.md, from what became of its cells (`reliability-sample.ts` tries them). */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { FAULT_KINDS, type FaultKind } from './fault-kinds.ts';
import { type Fleet, type Row, type Told, tellOf } from './reliability-cells.ts';
import { ELSEWHERE, ROWS } from './reliability-rows.ts';
import { textOf } from './reliability-text.ts';

export const PAGE = join(import.meta.dirname, '../../../docs/reliability.md');
/** Cells at a time: most of them wait. */
const AT_ONCE = 3;

export type Pair = { readonly row: Row; readonly fault: FaultKind };
export const PAIRS: readonly Pair[] = ROWS.flatMap((row) => FAULT_KINDS.map((fault) => ({ row, fault })));

export const tellAll = (
  fleet: Fleet,
  pairs: readonly Pair[],
  onTold: (told: Told) => void = () => {},
): Promise<readonly Told[]> => {
  const limit = pLimit(AT_ONCE);
  const tell = async ({ row, fault }: Pair, at: number) => {
    const told = await tellOf(fleet, `cell${at}`, row, fault);
    onTold(told);
    return told;
  };
  return Promise.all(pairs.map((pair, at) => limit(() => tell(pair, at))));
};

/** Calls that were made and stand in no row. */
export const unlisted = (told: readonly Told[]): readonly string[] => {
  const listed = new Set([...ROWS.map(({ by, call }) => `${by} ${call}`), ...Object.keys(ELSEWHERE)]);
  const made = told.flatMap(({ seen }) =>
    [...seen].flatMap(([by, calls]) => [...calls].map((call) => `${by} ${call}`)),
  );
  return [...new Set(made)].filter((call) => !listed.has(call)).toSorted();
};

const INTRODUCTION = `# Reliability

What an error of AWS costs: each kind of call that the functions of a run make meets each fault, in a fleet of a hundred endpoints of which fifty are opened and
fifty are closed at that moment. The functions' own handlers ask an emulator of AWS through a proxy that fails; steps are tried again as the state machine
does. \`npm run reliability\` writes this page, and fails if in any cell an opening or a closing is lost, the next runs are not complete, something is left waiting, what is
late is not said, or what was blind is not told to be over; [a test](../test/aws/reliability.test.ts) compares a part of the cells, and [a longer one](../test/long/every-fault.test.ts) more.

The faults:

${FAULT_KINDS.map(({ name, means }) => `- **${name}**: ${means}`).join('\n')}

A cell says when people are told of all hundred: **at once** is by the run that met the fault, "after it" counts the runs after the fault's end. Then what else is
seen:

- *probe fails*: the function failed in every try. What its batch saw and stored is announced all the same; what it did not sweep is swept in a follow-up round.
- \`PlanFailed\`, \`NotificationsPending\`, \`ReportFailed\`: the execution fails, and the alarm \`…-RunFailed\` is raised. With \`ReportFailed\` the state
  machine itself publishes that the run has no report. If it failed before all was told, the run's lock is held for ten minutes from its start: a run of the same schedule and suite that is due
  earlier is skipped, and counted in \`RunsSkipped\`.
- *blind* with its code: announced on the notification topic; its recovery follows when it is over.
- *no* \`RunCompleted\`: after three intervals the alarm on missing runs is raised.
- *1 message again, same id*: SNS had taken the message, and its answer was lost. A subscriber knows it by \`id\`.
- *chat gets nothing*: the report's log has the error; the notification topic got all ([ADR 8](adr/0008-chat-has-a-topic-and-a-form-of-its-own.md)).
`;

const LOST_BATCH = ' (after a batch was lost)';
const labelOf = ({ call, given }: Row): string =>
  `${call.replace(/^(\S+) ([^\s,]+)/, '$1 `$2`')}${given === undefined ? '' : LOST_BATCH}`;

const tableOf = (by: string, textAt: (row: Row, fault: FaultKind) => string): string => {
  const rows = ROWS.filter((row) => row.by === by);
  return [
    `## ${by}`,
    '',
    `| call | ${FAULT_KINDS.map(({ name }) => name).join(' | ')} |`,
    `| --- |${' --- |'.repeat(FAULT_KINDS.length)}`,
    ...rows.map((row) => `| ${labelOf(row)} | ${FAULT_KINDS.map((fault) => textAt(row, fault)).join(' | ')} |`),
    '',
  ].join('\n');
};

export const pageOf = (told: readonly Told[]): string => {
  const textAt = (row: Row, fault: FaultKind) => {
    const found = told.find((each) => each.row === row && each.fault === fault);
    return found === undefined ? 'not tried' : textOf(found);
  };
  const functions = [...new Set(ROWS.map(({ by }) => by))];
  return [INTRODUCTION, ...functions.map((by) => tableOf(by, textAt))].join('\n');
};

export const committedPage = (): Promise<string> => readFile(PAGE, 'utf8');

export const nameOf = ({ row, fault }: Pair): string => `${row.by} ${labelOf(row)}: ${fault.name}`;

/** What a page says of one cell. */
export const cellIn = (page: string, { row, fault }: Pair): string | undefined => {
  const section = page.split('\n## ').find((each) => each.startsWith(`${row.by}\n`));
  const line = section?.split('\n').find((each) => each.startsWith(`| ${labelOf(row)} |`));
  return line?.split(' | ')[FAULT_KINDS.indexOf(fault) + 1]?.replace(/ \|$/, '');
};

/** Names of the cells that a page does not have, or whose text says that they were not tried. */
export const missingIn = (page: string): readonly string[] =>
  PAIRS.filter((pair) => [undefined, 'not tried'].includes(cellIn(page, pair))).map(nameOf);
