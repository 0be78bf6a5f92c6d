/** `expiry`: what ends, the first to end first. */
import { DAY, HOUR, type Milliseconds } from '../../../shared/model/time.ts';
import { overviewOf } from '../../../shared/overview/overview.ts';
import { EXIT } from '../exit.ts';
import { emit, ensureWritable } from '../output.ts';
import { calendar } from '../render/calendar.ts';
import { expiryMarkdown, expiryText } from '../render/expiry-forms.ts';
import { safeJson } from '../render/json.ts';
import { widthOf } from '../render/wrap.ts';
import { type AskedReport, reportOf, type SourceOptions } from '../report-source.ts';

export const EXPIRY_FORMATS = ['text', 'json', 'markdown', 'ics'] as const;
export type ExpiryOptions = SourceOptions & {
  readonly format: (typeof EXPIRY_FORMATS)[number];
  readonly output?: string;
  /** Whether anything ends within this time decides the exit code. Default: nothing does. */
  readonly within?: Milliseconds;
};

/** `30d` → milliseconds; null for any other text. */
export const withinOf = (text: string): Milliseconds | null => {
  const days = /^\d+d$/.test(text) ? Number.parseInt(text, 10) : Number.NaN;
  return Number.isInteger(days) && days >= 0 && days <= 36_500 ? days * DAY : null;
};

/** Only the certificates are asked for. Exit codes: 1 if something ends within `within`, 2 if the end of something could not be seen. */
export const expiry = async (file: string | undefined, options: ExpiryOptions): Promise<number> => {
  if (options.output !== undefined) await ensureWritable({ file: options.output, option: '--output', append: false });
  const asked = await reportOf(file, options, ['certificates']);
  const now = Date.now();
  const overview = overviewOf(asked.report, now);
  const width = widthOf(options.output === undefined ? process.stdout : {}, process.env['COLUMNS']);
  await emit(rendered(asked, overview, options.format, { now, width }), options.output);
  if (asked.interrupted) return EXIT.interrupted;
  const { within } = options;
  if (within !== undefined && overview.endings.some(({ hoursLeft }) => hoursLeft * HOUR <= within)) return EXIT.fail;
  return overview.undated.length > 0 || !asked.report.run.complete ? EXIT.inconclusive : EXIT.pass;
};

const rendered = (
  { report: { run } }: AskedReport,
  overview: ReturnType<typeof overviewOf>,
  format: ExpiryOptions['format'],
  { now, width }: { readonly now: number; readonly width: number },
): string => {
  const { endings, undated } = overview;
  switch (format) {
    case 'text':
      return expiryText(overview, width);
    case 'json': {
      const { id, startedAt } = run;
      const asOf = new Date(now).toISOString();
      return safeJson({ schema: 'mtls-monitor/expiry/v1', asOf, run: { id, startedAt }, endings, undated }, 1);
    }
    case 'markdown':
      return expiryMarkdown(overview);
    case 'ics':
      return calendar(endings, Date.parse(run.startedAt));
    default:
      return format satisfies never;
  }
};
