/** Renders a report as Markdown, for a job's summary: the figures, the findings worst first, and the first date that ends. */
import type { ReportInParts } from '../../../shared/model/report.ts';
import { firstToEnd } from '../../../shared/overview/endings.ts';
import type { Finding } from '../../../shared/overview/finding.ts';
import { overviewOf } from '../../../shared/overview/overview.ts';
import { andMore, endingText } from '../../../shared/overview/overview-words.ts';
import { printable } from '../../../shared/publish/text.ts';
import { MARKS } from './grid.ts';
import { countsOf, durationOf, gapsOf, plural } from './summary.ts';

/** A job's summary has at most 1 MiB (GitHub Docs, "Adding a job summary"): a finding is bounded, and so is their number. */
const MOST_FINDINGS = 100;
const MOST_CHARACTERS = 600;
/** Endpoints of one finding that are named. */
const NAMED = 5;

/**
 * Text of an endpoint, a certificate or a registry: in a code span nothing is a link, a mention or markup (GFM §6.3); only a backtick ends one, and only
 * a pipe ends its cell: both become another character.
 */
const inert = (text: string): string => {
  const plain = printable(text, MOST_CHARACTERS).replaceAll('`', "'").replaceAll('|', '¦').trim();
  return plain === '' ? '' : `\`${plain}\``;
};

const whereOf = ({ worst, endpoints, count }: Finding): string => {
  if (endpoints.length <= 1) return inert(endpoints[0] ?? worst.subject ?? worst.id);
  return `${plural(Math.max(endpoints.length, count), 'endpoint')}: ${inert(andMore(endpoints.slice(0, NAMED), endpoints.length))}`;
};

const row = (finding: Finding): string => {
  const { worst, what, cure } = finding;
  const title = what === null ? inert(worst.code) : `${what.title} ${inert(worst.cause ?? '')}`;
  const seen = worst.waiver === null ? worst.message : `waived until ${worst.waiver.until}: ${worst.waiver.reason}`;
  const cells = [`${MARKS[worst.verdict]} ${worst.verdict}`, whereOf(finding), title, inert(seen), inert(cure ?? '')];
  return `| ${cells.join(' | ')} |\n`;
};

const headline = (report: ReportInParts): string => {
  const { summary, run } = report;
  const counts = countsOf(report).map(({ verdict, count }) => `**${count} ${verdict}**`);
  const incomplete = run.complete ? '' : ', **not finished**';
  return `${plural(summary.endpoints, 'endpoint')}, ${plural(summary.checks, 'check')}: ${counts.join(', ')}${incomplete} (${durationOf(report)})`;
};

export function* renderJobSummary(report: ReportInParts): Generator<string> {
  const { findings, endings } = overviewOf(report, Date.parse(report.run.startedAt));
  yield `## Mutual TLS\n\n${headline(report)}\n`;
  if (findings.length > 0) yield '\n| verdict | where | what | seen | cure |\n| --- | --- | --- | --- | --- |\n';
  yield* findings.slice(0, MOST_FINDINGS).map(row);
  const more = findings.length - MOST_FINDINGS;
  if (more > 0) yield `\n${more} more findings are in the report.\n`;
  const first = firstToEnd(endings);
  if (first !== null) yield `\nThe first to end: ${inert(endingText(first))}.\n`;
  const gaps = gapsOf(report);
  if (gaps.length > 0) yield `\nNot covered: ${gaps.map(({ scenario }) => scenario).join(', ')}.\n`;
}
