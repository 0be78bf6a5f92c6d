/** The forms of a report. Each has its line here, and with it its choice of `--format`, its option and its completion. */
import type { ReportInParts } from '../../shared/model/report.ts';
import type { Advanced } from './advance-state.ts';
import { renderChanges } from './render/changes.ts';
import type { Colors } from './render/colors.ts';
import { type PlaceOf, renderGithub } from './render/github.ts';
import { renderHtml } from './render/html/page.ts';
import { renderJobSummary } from './render/job-summary.ts';
import { renderJson } from './render/json.ts';
import { renderJsonLines } from './render/json-lines.ts';
import { renderJunit } from './render/junit.ts';
import { renderOpenMetrics } from './render/openmetrics.ts';
import { renderText } from './render/report-text.ts';
import { renderSilenced } from './render/silences.ts';

/** What a form may show beside the report. */
export type Beside = {
  readonly colors: Colors;
  /** Null without `--state`. */
  readonly advanced: Advanced | null;
  /** Columns of the terminal. Default: lines are not wrapped. */
  readonly width?: number | undefined;
  /** Of the text: each endpoint and each finding by itself. Default: false. */
  readonly verbose?: boolean | undefined;
  /** Default: no place is known. */
  readonly placeOf?: PlaceOf | undefined;
};

/** What is announced, and what is silenced. */
export const sinceText = (
  { changes, silences, waiting, first }: Advanced,
  { colors, verbose, width }: Pick<Beside, 'colors' | 'verbose' | 'width'>,
): readonly string[] => {
  const silenced = renderSilenced(silences, waiting, colors);
  return [
    renderChanges(changes, colors, { verbose, first, ...(width !== undefined && { width }) }),
    ...(silenced === '' ? [] : [silenced]),
  ];
};

type Form = {
  /** As the help has it. */
  readonly what: string;
  readonly render: (report: ReportInParts, beside: Beside) => Iterable<string>;
};

export const FORMS = {
  text: {
    what: 'for people',
    render: (report, beside) =>
      renderText(report, beside.colors, {
        more: beside.advanced === null ? [] : sinceText(beside.advanced, beside),
        verbose: beside.verbose,
        ...(beside.width !== undefined && { width: beside.width }),
      }),
  },
  json: { what: 'one JSON document', render: (report) => renderJson(report) },
  jsonl: { what: 'a JSON line for each endpoint', render: (report) => renderJsonLines(report) },
  junit: { what: 'JUnit XML', render: (report) => renderJunit(report) },
  github: { what: 'annotations of GitHub Actions', render: (report, { placeOf }) => renderGithub(report, placeOf) },
  html: { what: 'one page', render: (report) => renderHtml(report) },
  markdown: { what: 'Markdown, as a job’s summary', render: (report) => renderJobSummary(report) },
  openmetrics: { what: 'OpenMetrics text, to be scraped', render: (report) => renderOpenMetrics(report) },
} as const satisfies Readonly<Record<string, Form>>;

export type Format = keyof typeof FORMS;
export const FORMATS = Object.keys(FORMS) as readonly Format[];

export const render = (format: Format, report: ReportInParts, beside: Beside): Iterable<string> =>
  (FORMS[format] as Form).render(report, beside);
