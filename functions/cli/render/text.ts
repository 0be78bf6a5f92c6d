/** A report as a person reads it: the picture, the findings, what is not covered, the summary last. */

import type { Report } from '../../../shared/model/report.ts';
import { printable } from '../../../shared/publish/text.ts';
import type { Colors } from './colors.ts';
import { findings } from './findings.ts';
import { matrix, paint } from './matrix.ts';

const notCovered = ({ summary }: Report, colors: Colors): string => {
  const byAdvice = Map.groupBy(summary.notCovered, ({ scenario, add }) => `${scenario}: add ${add}`);
  const lines = [...byAdvice].map(([text, entries]) =>
    colors.dim(`  ${printable(text)} (${entries.length === 1 ? entries[0]?.endpoint : `${entries.length} endpoints`})`),
  );
  return lines.length === 0 ? '' : `${colors.dim('Not covered')}\n${lines.join('\n')}`;
};

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

const summaryLine = ({ summary, run }: Report, colors: Colors): string => {
  const seconds = (Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1000;
  const counts = (['pass', 'fail', 'inconclusive', 'waived'] as const)
    .filter((verdict) => summary[verdict] > 0)
    .map((verdict) => paint(verdict, `${summary[verdict]} ${verdict}`, colors));
  const incomplete = run.complete ? '' : colors.yellow(', not finished');
  return `${plural(summary.endpoints, 'endpoint')}, ${plural(summary.checks, 'check')}: ${counts.join(', ')}${incomplete} (${seconds.toFixed(1)} s)`;
};

export const renderText = (report: Report, colors: Colors): string =>
  [matrix(report, colors), findings(report, colors), notCovered(report, colors), summaryLine(report, colors)]
    .filter((part) => part !== '')
    .join('\n\n');
