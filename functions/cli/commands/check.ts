import { resolve } from 'node:path';
import pc from 'picocolors';
import { SUITE_REQUESTS, type SuiteRequest } from '../../../shared/model/names.ts';
import type { ReportInParts } from '../../../shared/model/report.ts';
import type { Transition } from '../../../shared/model/state.ts';
import { suitesOf } from '../../../shared/plan/plan.ts';
import { keepSmall } from '../../process/keep-small.ts';
import { advanceState } from '../advance-state.ts';
import { elsewhereNote } from '../elsewhere.ts';
import { EXIT } from '../exit.ts';
import { openFileStore } from '../file-store.ts';
import { emit, ensureWritable } from '../output.ts';
import { startProgress } from '../progress.ts';
import { readRegistry } from '../registry-file.ts';
import { renderChanges } from '../render/changes.ts';
import type { Colors } from '../render/colors.ts';
import { renderGithub } from '../render/github.ts';
import { renderHtml } from '../render/html/page.ts';
import { renderJson } from '../render/json.ts';
import { renderJsonLines } from '../render/json-lines.ts';
import { renderJunit } from '../render/junit.ts';
import { renderText, summaryLine } from '../render/report-text.ts';
import { widthOf } from '../render/wrap.ts';
import { RUN_DEFAULTS, refuseUnknownEndpoints, runCheck } from '../run-check.ts';

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

export const CHECK_DEFAULTS = { format: 'text', suite: 'all', ...RUN_DEFAULTS } as const;
export const SUITE_CHOICES = SUITE_REQUESTS;

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
  const { report, interrupted } = await runCheck(
    registry,
    { ...options, suites: suitesOf(options.suite) },
    startProgress(total),
    tidy,
  );
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
