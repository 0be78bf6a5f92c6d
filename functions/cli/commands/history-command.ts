import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import pc from 'picocolors';
import type { StateStore } from '../../../shared/pipeline/ports.ts';
import { advise, nearest } from '../../../shared/registry/nearest.ts';
import { type DeployedReports, reportsOfStack } from '../deployed-reports.ts';
import { UsageError } from '../exit.ts';
import { openFileStore } from '../file-store.ts';
import {
  endpointHistory,
  historyOf,
  type IncidentHistory,
  incidentNamed,
  incidentsIn,
  sightingsIn,
} from '../history.ts';
import { stackStore, whereText } from '../kept-state.ts';
import { emit } from '../output.ts';
import { endpointText, historyText, incidentsText, incidentText } from '../render/history-text.ts';

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

/** `word`: a check's id, an endpoint's name, or an incident's key or its beginning; none for all incidents. Rejects with a `UsageError` for a word of which nothing is known. */
const history = async (word: string | undefined, options: HistoryOptions, now: number): Promise<string> => {
  const { store, reports } = await sourceOf(options, now);
  const known = await incidentsIn(store);
  if (word === undefined) return [incidentsText(known, now, pc), ...nextOf(known, options)].join('\n\n');
  const incident = incidentNamed(word, known);
  const check = incident?.incident.check ?? word;
  const sightings = reports === null || !check.includes('/') ? [] : await sightingsIn(reports, check, options.runs);
  const others = known.filter((each) => each !== incident);
  const text = historyText(await historyOf(check, sightings, store, others), now, pc);
  if (incident !== undefined) return [incidentText(incident, pc), text ?? ''].join('\n\n').trim();
  if (text !== null) return text;
  const endpoint = await endpointHistory(word, store, known);
  if (endpoint !== null) return endpointText(endpoint, now, pc);
  throw new UsageError(`nothing is known of ${word}${await hintFor(word, known, reports)}`);
};

/** What to do about an incident that is open. */
const nextOf = (known: readonly IncidentHistory[], { stack, state }: HistoryOptions): readonly string[] => {
  const open = known.find(({ closedAt }) => closedAt === null);
  if (open === undefined) return [];
  const { key, check, cause, code } = open.incident;
  const where = whereText({ ...(stack !== undefined && { stack }), ...(state !== undefined && { state }) });
  return [
    `Next: mtls-monitor history ${check} ${where} (when), explain ${cause ?? code} (why), ack ${key.slice(0, 8)} --reason … ${where} (it is known)`,
  ];
};

/** The nearest name: of an incident, or of a check of the last report. */
const hintFor = async (
  word: string,
  known: readonly IncidentHistory[],
  reports: DeployedReports | null,
): Promise<string> => {
  const names = known.flatMap(({ incident: { key, check, endpoints } }) => [key, check, ...endpoints]);
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
  mtls-monitor history --stack MtlsMonitor
  mtls-monitor history payments --stack MtlsMonitor
  mtls-monitor history payments/no-certificate --stack MtlsMonitor
  mtls-monitor history payments/valid-identity/checkout --state state.json`;

export const addHistory = (program: Command): void => {
  program
    .command('history')
    .argument('[word]', 'a check’s id, an endpoint’s name, or an incident’s key or its beginning; none: all incidents')
    .description(
      'since when it is so: what is open and what closed lately, or what was seen and told of one check, endpoint or incident',
    )
    .addOption(new Option('--stack <name>', 'of a deployed monitor: the stack’s name').conflicts('state'))
    .option('--state <file>', 'of a check with --state: its file')
    .option('--runs <n>', 'how many of the last runs that asked for it are read', count, RUNS)
    .addHelpText('after', HELP)
    .action(async (word: string | undefined, options: HistoryOptions) =>
      emit(await history(word, options, Date.now()), undefined),
    );
};
