/** Renders a report as Markdown, for a job's summary: the figures, the findings worst first, and the first date that ends. */
import type { ReportInParts } from '../../../shared/model/report.ts';
import { printable } from '../../../shared/publish/text.ts';
import { type Shown, shownFindings } from './equal-findings.ts';
import { MARKS } from './grid.ts';
import { andMore, countsOf, durationOf, gapsOf, plural } from './summary.ts';
import { surveyOf } from './survey.ts';

/** A job's summary has at most 1 MiB (GitHub Docs, "Adding a job summary"): a finding is bounded, and so is their number. */
const MOST_FINDINGS = 100;
const MOST_CHARACTERS = 600;

/**
 * Text of an endpoint, a certificate or a registry: in a code span nothing is a link, a mention or markup (GFM §6.3); only a backtick ends one, and only
 * a pipe ends its cell: both become another character.
 */
const inert = (text: string): string => {
  const plain = printable(text, MOST_CHARACTERS).replaceAll('`', "'").replaceAll('|', '¦').trim();
  return plain === '' ? '' : `\`${plain}\``;
};

const whereOf = ({ like, group: { owner, checks } }: Shown): string => {
  if (like === null) return inert(owner);
  const count = plural(like.count, checks[0].endpoint === null ? 'finding' : 'endpoint');
  return `${count}: ${inert(andMore(like.owners, like.count))}`;
};

const row = (shown: Shown): string => {
  const { cause, cure, checks } = shown.group;
  const [first] = checks;
  const title = cause === null ? inert(first.code) : `${cause.title} ${inert(first.cause ?? '')}`;
  const what = first.waiver === null ? first.message : `waived until ${first.waiver.until}: ${first.waiver.reason}`;
  const cells = [`${MARKS[first.verdict]} ${first.verdict}`, whereOf(shown), title, inert(what), inert(cure ?? '')];
  return `| ${cells.join(' | ')} |\n`;
};

const headline = (report: ReportInParts): string => {
  const { summary, run } = report;
  const counts = countsOf(report).map(({ verdict, count }) => `**${count} ${verdict}**`);
  const incomplete = run.complete ? '' : ', **not finished**';
  return `${plural(summary.endpoints, 'endpoint')}, ${plural(summary.checks, 'check')}: ${counts.join(', ')}${incomplete} (${durationOf(report)})`;
};

export function* renderMarkdown(report: ReportInParts): Generator<string> {
  const survey = surveyOf(report);
  yield `## Mutual TLS\n\n${headline(report)}\n`;
  let count = 0;
  for (const shown of shownFindings(report, survey, false)) {
    if (count === 0) yield '\n| verdict | where | what | seen | cure |\n| --- | --- | --- | --- | --- |\n';
    if (count < MOST_FINDINGS) yield row(shown);
    count += 1;
  }
  if (count > MOST_FINDINGS) yield `\n${count - MOST_FINDINGS} more findings are in the report.\n`;
  const [first] = survey.chains(report);
  if (first !== undefined)
    yield `\nThe first served certificate ends in ${first.daysToExpiry.toFixed(1)} days: ${inert(first.endpoint)}, ${inert(first.expiresFirst)}.\n`;
  const gaps = gapsOf(report);
  if (gaps.length > 0) yield `\nNot covered: ${gaps.map(({ scenario }) => scenario).join(', ')}.\n`;
}
