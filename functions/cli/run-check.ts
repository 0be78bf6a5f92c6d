/** One run from this machine, which Ctrl-C ends with the results so far. */
import type { HeldSources } from '../../shared/model/configured.ts';
import type { Suite } from '../../shared/model/names.ts';
import type { Registry } from '../../shared/model/registry.ts';
import type { ReportInParts } from '../../shared/model/report.ts';
import type { Instant, Milliseconds } from '../../shared/model/time.ts';
import type { GivenUrl } from '../../shared/model/whereabouts.ts';
import { checkInParts } from '../../shared/pipeline/run/check-registry.ts';
import type { CheckPorts } from '../../shared/pipeline/run/checked.ts';
import { connectionLimits } from '../../shared/probe/limits.ts';
import { advise } from '../../shared/registry/nearest.ts';
import { packedParts } from '../process/packed-parts.ts';
import { unreadHere } from './elsewhere.ts';
import { EXIT, UsageError } from './exit.ts';
import type { Progress } from './progress.ts';
import { readLocalFile } from './registry-file.ts';
import { runId } from './run-id.ts';
import { openSecrets } from './secret-source.ts';

export type RunOptions = {
  readonly suites: readonly Suite[];
  /** Names of endpoints. Default: all. */
  readonly endpoint?: readonly string[];
  readonly concurrency: number;
  readonly secrets: 'aws' | 'none';
  /** Absolute path of the registry, for the lines that reproduce a check. Default: not known. */
  readonly registryFile?: string;
  /** The same where there is no registry. */
  readonly given?: GivenUrl;
};

export const RUN_DEFAULTS = { concurrency: 64, secrets: 'none' } as const;

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

/** The readers take memory that a run without sources does not need. */
const sourcesOf = async (
  registry: Registry,
  startedAt: Instant,
  ports: CheckPorts,
): Promise<HeldSources | undefined> => {
  if (registry.sources === undefined) return undefined;
  const { readSources } = await import('./read-sources.ts');
  return readSources(registry, startedAt, ports);
};

export const runCheck = async (
  registry: Registry,
  options: RunOptions,
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
    onBegin: progress.begin,
    onEndpoint: progress.done,
  };
  const startedAt = Date.now();
  for (const note of unreadHere(registry)) process.stderr.write(`${note}\n`);
  const sources = await sourcesOf(registry, startedAt, ports);
  const report = await checkInParts(
    registry,
    {
      suites: options.suites,
      endpoints: options.endpoint ?? null,
      runId: runId(startedAt),
      vantage: 'default',
      ...(options.registryFile !== undefined && { registryFile: options.registryFile }),
      ...(options.given !== undefined && { given: options.given }),
      startedAt,
      ...(sources !== undefined && { sources }),
    },
    ports,
    packedParts(tidy),
  );
  signal.stop();
  progress.stop();
  return { report, interrupted: signal.interrupted() };
};

/** Throws a `UsageError` with the nearest name. */
export const refuseUnknownEndpoints = ({ endpoints }: Registry, wanted: readonly string[]): void => {
  if (wanted.length === 0) return;
  const names = endpoints.map(({ name }) => name);
  const unknown = wanted.filter((name) => !names.includes(name));
  if (unknown.length === 0) return;
  throw new UsageError(unknown.map((name) => `no endpoint is called ${name}${advise(name, names)}`).join('\n'));
};
