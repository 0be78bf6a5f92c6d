import { resolve } from 'node:path';
import pc from 'picocolors';
import { SUITE_REQUESTS, type SuiteRequest } from '../../../shared/model/names.ts';
import type { Registry } from '../../../shared/model/registry.ts';
import type { ReportInParts } from '../../../shared/model/report.ts';
import type { Transition } from '../../../shared/model/state.ts';
import type { Milliseconds } from '../../../shared/model/time.ts';
import { checkInParts } from '../../../shared/pipeline/run/check-registry.ts';
import type { CheckPorts } from '../../../shared/pipeline/run/checked.ts';
import { suitesOf } from '../../../shared/plan/plan.ts';
import { connectionLimits } from '../../../shared/probe/limits.ts';
import { advise } from '../../../shared/registry/nearest.ts';
import { keepSmall } from '../../process/keep-small.ts';
import { advanceState } from '../advance-state.ts';
import { elsewhereNote } from '../elsewhere.ts';
import { EXIT, UsageError } from '../exit.ts';
import { openFileStore } from '../file-store.ts';
import { emit, ensureWritable } from '../output.ts';
import { packedParts } from '../packed-parts.ts';
import { type Progress, startProgress } from '../progress.ts';
import { readLocalFile, readRegistry } from '../registry-file.ts';
import { renderChanges } from '../render/changes.ts';
import type { Colors } from '../render/colors.ts';
import { renderGithub } from '../render/github.ts';
import { renderHtml } from '../render/html/page.ts';
import { renderJson } from '../render/json.ts';
import { renderJsonLines } from '../render/json-lines.ts';
import { renderJunit } from '../render/junit.ts';
import { renderText, summaryLine } from '../render/report-text.ts';
import { widthOf } from '../render/wrap.ts';
import { runId } from '../run-id.ts';
import { openSecrets } from '../secret-source.ts';

export const FORMATS = ['text', 'json', 'jsonl', 'junit', 'github', 'html'] as const;
export type Format = (typeof FORMATS)[number];

export type CheckOptions = {
  readonly format: Format;
  readonly output?: string;
  readonly endpoint?: readonly string[];
  readonly suite: SuiteRequest;
  readonly state?: string;
  readonly concurrency: number;
  readonly secrets: 'aws' | 'none';
  /** Of the text: each endpoint and each finding by itself. */
  readonly verbose?: boolean;
};

export const CHECK_DEFAULTS = { format: 'text', suite: 'all', concurrency: 64, secrets: 'none' } as const;
export const SUITE_CHOICES = SUITE_REQUESTS;

/** Two signals within this time are one: the terminal sends it to the whole process group, and the launcher forwards it. */
const ONE_SIGNAL: Milliseconds = 500;

/** After Ctrl-C no connection is started, and the results so far are written. */
const interruption = (): {
  readonly deadline: () => number;
  readonly interrupted: () => boolean;
  readonly stop: () => void;
} => {
  let since: number | null = null;
  const onSignal = () => {
    if (since === null) {
      since = performance.now();
      process.stderr.write('Stopping: open connections end within their timeout. A second Ctrl-C stops at once.\n');
    } else if (performance.now() - since > ONE_SIGNAL) process.exit(EXIT.interrupted);
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return {
    deadline: () => (since === null ? Number.POSITIVE_INFINITY : 0),
    interrupted: () => since !== null,
    stop: () => process.off('SIGINT', onSignal).off('SIGTERM', onSignal),
  };
};

export const runCheck = async (
  registry: Registry,
  options: CheckOptions,
  progress: Progress,
  tidy: () => void = () => {},
): Promise<{ report: ReportInParts; interrupted: boolean }> => {
  const signal = interruption();
  const secrets = await openSecrets(options.secrets);
  const ports: CheckPorts = {
    ...secrets,
    readFile: readLocalFile,
    readEnv: (name) => process.env[name],
    limits: connectionLimits(options.concurrency),
    atOnce: options.concurrency,
    clock: Date.now,
    deadline: signal.deadline,
    runtimeApi: process.env['AWS_LAMBDA_RUNTIME_API'],
    onEndpoint: progress.done,
  };
  const startedAt = Date.now();
  const report = await checkInParts(
    registry,
    {
      suites: suitesOf(options.suite),
      endpoints: options.endpoint ?? null,
      runId: runId(startedAt),
      vantage: 'default',
      startedAt,
    },
    ports,
    packedParts(tidy),
  );
  signal.stop();
  progress.stop();
  return { report, interrupted: signal.interrupted() };
};

const exitCodeOf = ({ summary, run }: ReportInParts): number => {
  if (summary.fail > 0) return EXIT.fail;
  return summary.inconclusive > 0 || !run.complete ? EXIT.inconclusive : EXIT.pass;
};

export const check = async (file: string, options: CheckOptions): Promise<number> => {
  const tidy = keepSmall();
  const registry = await readRegistry(file);
  refuseUnknownEndpoints(registry, options.endpoint ?? []);
  await ensureWritable(options.output);
  const state = options.state === undefined ? null : await openFileStore(resolve(options.state));
  const elsewhere = elsewhereNote(registry, options.endpoint);
  if (elsewhere !== null) process.stderr.write(`${elsewhere}\n`);
  const total = options.endpoint?.length ?? registry.endpoints.length;
  const { report, interrupted } = await runCheck(registry, options, startProgress(total), tidy);
  const changes =
    state === null || options.state === undefined
      ? null
      : await advanceState(state, registry, report, { ...options, state: options.state, registryPath: file });
  const colors = options.output === undefined ? pc : pc.createColors(false);
  const width = widthOf(options.output === undefined ? process.stdout : {}, process.env['COLUMNS']);
  await emit(render(report, { ...options, width }, changes, colors), options.output);
  if (options.output !== undefined) process.stderr.write(`${summaryLine(report, pc)} → ${options.output}\n`);
  if (changes !== null && options.format !== 'text')
    process.stderr.write(`${renderChanges(changes, pc.createColors(false), options)}\n`);
  return interrupted ? EXIT.interrupted : exitCodeOf(report);
};

const render = (
  report: ReportInParts,
  { format, verbose, width }: Pick<CheckOptions, 'format' | 'verbose'> & { readonly width: number },
  changes: readonly Transition[] | null,
  colors: Colors,
): Iterable<string> => {
  switch (format) {
    case 'text':
      return renderText(report, colors, {
        more: changes === null ? [] : [renderChanges(changes, colors, { verbose, width })],
        ...{ verbose, width },
      });
    case 'json':
      return renderJson(report);
    case 'jsonl':
      return renderJsonLines(report);
    case 'junit':
      return renderJunit(report);
    case 'github':
      return renderGithub(report);
    case 'html':
      return renderHtml(report);
    default:
      return format satisfies never;
  }
};

const refuseUnknownEndpoints = ({ endpoints }: Registry, wanted: readonly string[]): void => {
  if (wanted.length === 0) return;
  const names = endpoints.map(({ name }) => name);
  const unknown = wanted.filter((name) => !names.includes(name));
  if (unknown.length === 0) return;
  throw new UsageError(unknown.map((name) => `no endpoint is called ${name}${advise(name, names)}`).join('\n'));
};
