import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import pc from 'picocolors';
import type { StateStore } from '../../../shared/pipeline/ports.ts';
import { advise, nearest } from '../../../shared/registry/nearest.ts';
import { type DeployedReports, reportsOfStack } from '../deployed-reports.ts';
import { UsageError } from '../exit.ts';
import { openFileStore } from '../file-store.ts';
import { historyOf, type IncidentHistory, incidentsIn, sightingsIn } from '../history.ts';
import { stackStore } from '../kept-state.ts';
import { emit } from '../output.ts';
import { historyText, incidentText } from '../render/history-text.ts';

type HistoryOptions = { readonly stack?: string; readonly state?: string; readonly runs: number };
type Source = {
  readonly store: Pick<StateStore, 'read'>;
  /** Null where nothing keeps any. */
  readonly reports: DeployedReports | null;
};

const RUNS = 50;

const count = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 10_000)
    throw new InvalidArgumentError('Expected a whole number from 1 to 10000.');
  return value;
};

const sourceOf = async ({ stack, state }: HistoryOptions, now: number): Promise<Source> => {
  if (stack !== undefined) return { store: await stackStore(stack), reports: await reportsOfStack(stack, now) };
  if (state === undefined) throw new UsageError('name what is looked at: --stack NAME, or --state FILE');
  const path = resolve(state);
  await access(path).catch(() => Promise.reject(new UsageError(`--state ${state} is not there, or cannot be read`)));
  return { store: (await openFileStore(path)).store, reports: null };
};

/** `word`: a check's id, or an incident's key. Rejects with a `UsageError` for a word of which nothing is known. */
const history = async (word: string, options: HistoryOptions, now: number): Promise<string> => {
  const { store, reports } = await sourceOf(options, now);
  const known = await incidentsIn(store);
  const incident = known.find((each) => each.incident.key === word);
  const check = incident?.incident.check ?? word;
  const sightings = reports === null ? [] : await sightingsIn(reports, check, options.runs);
  const text = historyText(await historyOf(check, sightings, store, known), pc);
  if (incident !== undefined) return [incidentText(incident, pc), text ?? ''].join('\n\n').trim();
  if (text === null) throw new UsageError(`nothing is known of ${word}${await hintFor(word, known, reports)}`);
  return text;
};

/** The nearest name: of an incident, or of a check of the last report. */
const hintFor = async (
  word: string,
  known: readonly IncidentHistory[],
  reports: DeployedReports | null,
): Promise<string> => {
  const names = known.flatMap(({ incident: { key, check } }) => [key, check]);
  if (reports !== null)
    for await (const place of reports.places()) {
      names.push(...(await reports.read(place)).checks.map(({ id }) => id));
      break;
    }
  return nearest(word, names) === null ? ': no state, incident or report has it' : advise(word, names);
};

const HELP = `
What was seen comes from the reports of the last thirty days (--stack only), what was told and what is open from the state.
Exit codes: 0, 64 for a word of which nothing is known, or where AWS refuses, 70 a fault of the monitor itself.
It needs cloudformation:DescribeStacks, dynamodb:GetItem of the state table, and s3:ListBucket and s3:GetObject of the run bucket.

Examples:
  mtls-monitor history payments/no-certificate --stack MtlsMonitor
  mtls-monitor history payments/valid-identity/checkout --state state.json`;

export const addHistory = (program: Command): void => {
  program
    .command('history')
    .argument('<word>', 'a check’s id, or an incident’s key')
    .description('what was seen of a check over time, what was told of it, and the incidents that it is in')
    .addOption(new Option('--stack <name>', 'of a deployed monitor: the stack’s name').conflicts('state'))
    .option('--state <file>', 'of a check with --state: its file')
    .option('--runs <n>', 'how many of the last runs that asked for it are read', count, RUNS)
    .addHelpText('after', HELP)
    .action(async (word: string, options: HistoryOptions) => emit(await history(word, options, Date.now()), undefined));
};
