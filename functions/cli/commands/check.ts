import { resolve } from 'node:path';
import type { SuiteRequest } from '../../../shared/model/names.ts';
import type { ReportInParts } from '../../../shared/model/report.ts';
import type { ShownSilence } from '../../../shared/model/silence.ts';
import { suitesOf } from '../../../shared/plan/plan.ts';
import { keepSmall } from '../../process/keep-small.ts';
import { advanceState } from '../advance-state.ts';
import { elsewhereNote } from '../elsewhere.ts';
import { EXIT } from '../exit.ts';
import { exitCodeOf, type FailOn } from '../exit-code.ts';
import { openFileStore } from '../file-store.ts';
import { nextStep } from '../next-step.ts';
import { ensureOutputs, type Outputs, wantsPlaces, writeOutputs } from '../outputs.ts';
import { startProgress } from '../progress.ts';
import { readWithPlaces } from '../registry-file.ts';
import { RUN_DEFAULTS, refuseUnknownEndpoints, runCheck } from '../run-check.ts';
import { givenUrl, isUrl, refuseUrlOptions, registryOfUrl, type UrlOptions } from '../url-registry.ts';

export type CheckOptions = Outputs &
  UrlOptions & {
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
  failOn: 'inconclusive',
  ...RUN_DEFAULTS,
} as const satisfies Partial<CheckOptions>;

/** `target`: a registry’s file, or the URL of one endpoint. */
const registryAt = async (target: string, options: CheckOptions): ReturnType<typeof readWithPlaces> => {
  if (isUrl(target)) return { registry: registryOfUrl(target, options) };
  refuseUrlOptions('check', target, options);
  return readWithPlaces(target, wantsPlaces(options));
};

export const check = async (target: string, options: CheckOptions): Promise<number> => {
  const tidy = keepSmall();
  const { registry, placeOf } = await registryAt(target, options);
  refuseUnknownEndpoints(registry, options.endpoint ?? []);
  await ensureOutputs(options);
  const state = options.state === undefined ? null : await openFileStore(resolve(options.state));
  const elsewhere = elsewhereNote(registry, options.endpoint);
  if (elsewhere !== null) process.stderr.write(`${elsewhere}\n`);
  const hosts = new Map(registry.endpoints.map(({ name, host, port }) => [name, `${host}:${port}`]));
  const { report: measured, interrupted } = await runCheck(
    registry,
    {
      ...options,
      suites: suitesOf(options.suite),
      ...(isUrl(target) ? { given: givenUrl(target, options) } : { registryFile: resolve(target) }),
    },
    startProgress(options.endpoint?.length ?? registry.endpoints.length, hosts),
    tidy,
  );
  const advanced =
    state === null || options.state === undefined
      ? null
      : await advanceState(state, registry, measured, { ...options, state: options.state, registryPath: target });
  const report = withSilences(measured, advanced?.shown ?? []);
  await writeOutputs(report, options, { advanced, verbose: options.verbose, placeOf });
  if (interrupted) return EXIT.interrupted;
  const next = nextStep(report, isUrl(target) ? null : target, options);
  if (next !== null) process.stderr.write(`${next}\n`);
  return exitCodeOf(report, options.failOn);
};

const withSilences = (report: ReportInParts, silences: readonly ShownSilence[]): ReportInParts =>
  silences.length === 0 ? report : { ...report, summary: { ...report.summary, silences } };
