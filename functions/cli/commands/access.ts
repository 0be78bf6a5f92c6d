/** `access`: who may call what, as far as a run has proven it. */
import pc from 'picocolors';
import { configuredDifferences } from '../../../shared/overview/configured-access.ts';
import { overviewOf } from '../../../shared/overview/overview.ts';
import { EXIT } from '../exit.ts';
import { emit, ensureWritable } from '../output.ts';
import { accessMarkdown, accessReport } from '../render/access-forms.ts';
import { safeJson } from '../render/json.ts';
import { widthOf } from '../render/wrap.ts';
import { reportOf, type SourceOptions } from '../report-source.ts';

export const ACCESS_FORMATS = ['text', 'json', 'markdown'] as const;
export type AccessOptions = SourceOptions & {
  readonly format: (typeof ACCESS_FORMATS)[number];
  readonly output?: string;
  /** A row for each endpoint and route, also for those with the same answers. Default: these share one. */
  readonly verbose?: boolean;
};

/** Exit codes: 1 if an answer differs from the registry, or from what a source says, 2 if none does and one cannot be told. */
export const access = async (file: string | undefined, options: AccessOptions): Promise<number> => {
  if (options.output !== undefined) await ensureWritable({ file: options.output, option: '--output', append: false });
  const { report, interrupted } = await reportOf(file, options, ['enforcement', 'isolation']);
  const overview = overviewOf(report, Date.parse(report.run.startedAt));
  await emit(rendered(overview, report.run, options), options.output);
  if (interrupted) return EXIT.interrupted;
  const { counts } = overview.access;
  if (counts['wrongly-admitted'] + counts['wrongly-refused'] > 0) return EXIT.fail;
  if (configuredDifferences(overview.access).length > 0) return EXIT.fail;
  return counts.untold > 0 || !report.run.complete || overview.access.rows.length === 0 ? EXIT.inconclusive : EXIT.pass;
};

const rendered = (
  overview: ReturnType<typeof overviewOf>,
  { id, startedAt }: { readonly id: string; readonly startedAt: string },
  { format, output, verbose = false }: AccessOptions,
): string | Iterable<string> => {
  switch (format) {
    case 'text': {
      const colors = output === undefined ? pc : pc.createColors(false);
      const width = widthOf(output === undefined ? process.stdout : {}, process.env['COLUMNS']);
      return accessReport(overview, colors, { verbose, width });
    }
    case 'json':
      return safeJson({ schema: 'mtls-monitor/access/v1', run: { id, startedAt }, ...overview.access }, 1);
    case 'markdown':
      return accessMarkdown(overview, verbose);
    default:
      return format satisfies never;
  }
};
