/** `expiry`: what ends, the first to end first. */
import { DAY, HOUR, type Milliseconds } from '../../../shared/model/time.ts';
import { overviewOf } from '../../../shared/overview/overview.ts';
import { KIND_WORDS } from '../../../shared/overview/overview-words.ts';
import { printable } from '../../../shared/publish/text.ts';
import { EXIT } from '../exit.ts';
import { emit, ensureWritable } from '../output.ts';
import { calendar } from '../render/calendar.ts';
import { expiryMarkdown, expiryText } from '../render/expiry-forms.ts';
import { safeJson } from '../render/json.ts';
import { plural } from '../render/summary.ts';
import { widthOf } from '../render/wrap.ts';
import { type AskedReport, reportOf, type SourceOptions } from '../report-source.ts';

export const EXPIRY_FORMATS = ['text', 'json', 'markdown', 'ics'] as const;
export type ExpiryOptions = SourceOptions & {
  readonly format: (typeof EXPIRY_FORMATS)[number];
  readonly output?: string;
  /** Whether anything ends within this time decides the exit code. Default: nothing does. */
  readonly within?: Milliseconds;
};

/** Ends that are named on stderr. */
const SHOWN = 5;

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
  if (options.format !== 'text' && overview.undated.length > 0) process.stderr.write(unseenText(overview));
  return overview.undated.length > 0 || !asked.report.run.complete ? EXIT.inconclusive : EXIT.pass;
};

/** Why the exit code is 2, where the form has no room for it. */
const unseenText = ({ undated }: Pick<ReturnType<typeof overviewOf>, 'undated'>): string => {
  const lines = undated.slice(0, SHOWN).map(({ kind, name, why }) => `  ${KIND_WORDS[kind]} ${name}: ${why}`);
  const more = undated.length > SHOWN ? [`  and ${undated.length - SHOWN} more`] : [];
  return `${plural(undated.length, 'end')} not seen, so the exit code is 2\n${[...lines, ...more].map((line) => printable(line)).join('\n')}\n`;
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
