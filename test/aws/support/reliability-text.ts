/** What docs/reliability.md says of a cell, in few words, and what must be true of each. */
import { isBlind, type Run, type Told, untold } from './reliability-cells.ts';

const ALL = 100;

/** When the last opening or closing was told. `faulty`: runs with the fault. */
const whenTold = ({ runs, faulty, lost }: Told): string => {
  if (lost.length > 0) return `**${lost.length} are lost**`;
  const at = runs.findIndex((_, each) => untold(runs.slice(0, each + 1)).length === 0);
  if (at === 0) return 'at once';
  const some = untold(runs.slice(0, 1)).length < ALL ? 'in part at once, the rest ' : '';
  if (at < faulty) return `${some}in the next run`;
  return `${some}${runs.slice(faulty, at).some(({ as }) => as === 'skipped') ? 'in the second run after it' : 'in the first run after it'}`;
};

const idsOf = (runs: readonly Run[]): readonly string[] => runs.flatMap(({ messages }) => messages.map(({ id }) => id));

const codesOf = (run: Run): readonly string[] =>
  run.messages.filter(({ kind }) => kind === 'blind').flatMap(({ items }) => items.map(({ code }) => code));

export const textOf = (told: Told): string => {
  const { row, runs, faulty, waiting } = told;
  const during = runs.slice(0, faulty);
  const ids = idsOf(runs);
  const sent = new Set(ids).size;
  const ends = during.map(({ as }) => as).filter((as) => as !== 'SUCCEEDED' && as !== 'skipped');
  const failed = during.flatMap((run) => run.failed).filter((name) => row.given === undefined || name !== 'probe');
  return [
    whenTold(told),
    sent < ids.length ? `${ids.length - sent} message again, same id` : '',
    runs.reduce((sum, { chat }) => sum + chat, 0) < sent ? 'chat gets nothing' : '',
    [...new Set(failed)].map((name) => `${name} fails`).join(', '),
    [...new Set(ends)].map((end) => `\`${end}\``).join(', '),
    [...new Set(during.flatMap(codesOf))].map((code) => `blind \`${code}\``).join(', '),
    during.some(({ completed, as }) => !completed && as !== 'skipped') ? 'no `RunCompleted`' : '',
    runs.some(({ as }) => as === 'skipped') ? 'a run is skipped' : '',
    waiting > 0 ? `**${waiting} items still wait**` : '',
  ]
    .filter((part) => part !== '')
    .join('; ');
};

const incidentsTold = (runs: readonly Run[], ...kinds: readonly string[]): readonly string[] =>
  runs.flatMap(({ messages }) =>
    messages
      .filter(({ kind }) => kinds.includes(kind))
      .flatMap(({ items }) => items.map(({ incident }) => incident?.key ?? '')),
  );

/** Why a cell is not as it must be. */
export const wrongIn = (told: Told): readonly string[] => {
  const { row, fault, runs, lost, waiting } = told;
  const [first] = runs;
  const isLate = untold(runs.slice(0, 1)).length > 0;
  const isSaid =
    first !== undefined && (first.as !== 'SUCCEEDED' || isBlind(first) || !first.completed || first.pending > 0);
  const last = runs.at(-1);
  const ids = idsOf(runs);
  const ended = new Set(incidentsTold(runs, 'recovery', 'closing'));
  return [
    ...told.unmet.map((call) => `no ${call} met its fault`),
    ...(incidentsTold(runs, 'blind').every((key) => ended.has(key)) ? [] : ['blind, and its end is not told']),
    ...(lost.length > 0 ? ['lost'] : []),
    ...(waiting > 0 ? ['something waits'] : []),
    ...(isLate && !isSaid ? ['late, and nothing says so'] : []),
    ...(last?.as === 'SUCCEEDED' && last.completed ? [] : ['not healed']),
    ...(new Set(ids).size < ids.length && !row.call.startsWith('sns') ? ['a message again'] : []),
  ].map((why) => `${row.by} ${row.call}, ${fault.name}: ${why}`);
};
