import { resolve } from 'node:path';
import type { SuiteRequest } from '../../../shared/model/names.ts';
import type { Registry } from '../../../shared/model/registry.ts';
import type { ReportInParts } from '../../../shared/model/report.ts';
import type { ShownSilence } from '../../../shared/model/silence.ts';
import type { Milliseconds } from '../../../shared/model/time.ts';
import { checkInParts } from '../../../shared/pipeline/run/check-registry.ts';
import type { CheckPorts } from '../../../shared/pipeline/run/checked.ts';
import { suitesOf } from '../../../shared/plan/plan.ts';
import { connectionLimits } from '../../../shared/probe/limits.ts';
import { advise } from '../../../shared/registry/nearest.ts';
import { keepSmall } from '../../process/keep-small.ts';
import { packedParts } from '../../process/packed-parts.ts';
import { advanceState } from '../advance-state.ts';
import { elsewhereNote } from '../elsewhere.ts';
import { EXIT, UsageError } from '../exit.ts';
import { exitCodeOf, type FailOn } from '../exit-code.ts';
import { openFileStore } from '../file-store.ts';
import { nextStep } from '../next-step.ts';
import { ensureOutputs, type Outputs, wantsPlaces, writeOutputs } from '../outputs.ts';
import { type Progress, startProgress } from '../progress.ts';
import { readLocalFile, readWithPlaces } from '../registry-file.ts';
import { runId } from '../run-id.ts';
import { openSecrets } from '../secret-source.ts';

export type CheckOptions = Outputs & {
  readonly endpoint?: readonly string[];
  readonly suite: SuiteRequest;
  readonly state?: string;
  readonly concurrency: number;
  readonly secrets: 'aws' | 'none';
  readonly failOn: FailOn;
  /** Of the text: each endpoint and each finding by itself. */
  readonly verbose?: boolean;
};

export const CHECK_DEFAULTS = {
  format: 'text',
  suite: 'all',
  concurrency: 64,
  secrets: 'none',
  failOn: 'inconclusive',
} as const satisfies Partial<CheckOptions>;

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
  registryFile?: string,
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
    onBegin: progress.begin,
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
      ...(registryFile !== undefined && { registryFile }),
      startedAt,
    },
    ports,
    packedParts(tidy),
  );
  signal.stop();
  progress.stop();
  return { report, interrupted: signal.interrupted() };
};

export const check = async (file: string, options: CheckOptions): Promise<number> => {
  const tidy = keepSmall();
  const { registry, placeOf } = await readWithPlaces(file, wantsPlaces(options));
  refuseUnknownEndpoints(registry, options.endpoint ?? []);
  await ensureOutputs(options);
  const state = options.state === undefined ? null : await openFileStore(resolve(options.state));
  const elsewhere = elsewhereNote(registry, options.endpoint);
  if (elsewhere !== null) process.stderr.write(`${elsewhere}\n`);
  const hosts = new Map(registry.endpoints.map(({ name, host, port }) => [name, `${host}:${port}`]));
  const progress = startProgress(options.endpoint?.length ?? registry.endpoints.length, hosts);
  const { report: measured, interrupted } = await runCheck(registry, options, progress, tidy, resolve(file));
  const advanced =
    state === null || options.state === undefined
      ? null
      : await advanceState(state, registry, measured, { ...options, state: options.state, registryPath: file });
  const report = withSilences(measured, advanced?.shown ?? []);
  await writeOutputs(report, options, { advanced, verbose: options.verbose, placeOf });
  if (interrupted) return EXIT.interrupted;
  const next = nextStep(report, file, options);
  if (next !== null) process.stderr.write(`${next}\n`);
  return exitCodeOf(report, options.failOn);
};

const withSilences = (report: ReportInParts, silences: readonly ShownSilence[]): ReportInParts =>
  silences.length === 0 ? report : { ...report, summary: { ...report.summary, silences } };

const refuseUnknownEndpoints = ({ endpoints }: Registry, wanted: readonly string[]): void => {
  if (wanted.length === 0) return;
  const names = endpoints.map(({ name }) => name);
  const unknown = wanted.filter((name) => !names.includes(name));
  if (unknown.length === 0) return;
  throw new UsageError(unknown.map((name) => `no endpoint is called ${name}${advise(name, names)}`).join('\n'));
};
