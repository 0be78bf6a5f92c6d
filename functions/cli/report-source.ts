/** The report that `expiry` and `access` read: a saved one, or that of a run of their own. */
import type { Suite } from '../../shared/model/names.ts';
import { type ReportInParts, reportSchema } from '../../shared/model/report.ts';
import { inParts } from '../../shared/verdict/make-report.ts';
import { elsewhereNote } from './elsewhere.ts';
import { UsageError } from './exit.ts';
import { startProgress } from './progress.ts';
import { readLocalFile, readRegistry } from './registry-file.ts';
import { type RunOptions, refuseUnknownEndpoints, runCheck } from './run-check.ts';

export type SourceOptions = Omit<RunOptions, 'suites'> & {
  /** A file that `check --format json` wrote. Default: a run is made. */
  readonly report?: string;
};

export type AskedReport = { readonly report: ReportInParts; readonly interrupted: boolean };

/** `suites`: those of a run. Rejects with a `UsageError` if neither a registry nor a report is given, or both are. */
export const reportOf = async (
  registryFile: string | undefined,
  { report, ...options }: SourceOptions,
  suites: readonly Suite[],
): Promise<AskedReport> => {
  if ((registryFile === undefined) === (report === undefined))
    throw new UsageError('give a registry, or --report with a file that `check --format json` wrote; one of the two');
  if (report !== undefined) return { report: await readReport(report), interrupted: false };
  const registry = await readRegistry(registryFile ?? '');
  refuseUnknownEndpoints(registry, options.endpoint ?? []);
  const elsewhere = elsewhereNote(registry, options.endpoint);
  if (elsewhere !== null) process.stderr.write(`${elsewhere}\n`);
  const total = options.endpoint?.length ?? registry.endpoints.length;
  return runCheck(registry, { ...options, suites }, startProgress(total));
};

const readReport = async (file: string): Promise<ReportInParts> => {
  const read = await readLocalFile(file);
  if (!read.ok) throw new UsageError(`${file} cannot be read: ${read.reason}`);
  const parsed = reportSchema.safeParse(json(read.text));
  if (parsed.success) return inParts(parsed.data);
  const [issue] = parsed.error.issues;
  const place = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
  throw new UsageError(`${file} is no report of check --format json${place}: ${issue?.message ?? 'no JSON'}`);
};

const json = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
