/** Renders a report for the terminal: the matrix, the findings, the gaps in coverage, and the summary last. */

import type { Report } from '../../../shared/model/report.ts';
import { printable } from '../../../shared/publish/text.ts';
import type { Colors } from './colors.ts';
import { findings } from './findings.ts';
import { matrix, paint } from './matrix.ts';
import { countsOf, durationOf, gapsOf, plural } from './summary.ts';

const notCovered = (report: Report, colors: Colors): string => {
  const lines = gapsOf(report).map(({ text, endpoints }) =>
    colors.dim(`  ${printable(text)} (${endpoints.length === 1 ? endpoints[0] : `${endpoints.length} endpoints`})`),
  );
  return lines.length === 0 ? '' : `${colors.dim('Not covered')}\n${lines.join('\n')}`;
};

export const summaryLine = (report: Report, colors: Colors): string => {
  const { summary, run } = report;
  const counts = countsOf(report).map(({ verdict, count }) => paint(verdict, `${count} ${verdict}`, colors));
  const sum = [`${plural(summary.endpoints, 'endpoint')}, ${plural(summary.checks, 'check')}`, counts.join(', ')];
  const incomplete = run.complete ? '' : colors.yellow(', not finished');
  return `${sum.filter((part) => part !== '').join(': ')}${incomplete} (${durationOf(report)})`;
};

export const renderText = (report: Report, colors: Colors): string =>
  [matrix(report, colors), findings(report, colors), notCovered(report, colors), summaryLine(report, colors)]
    .filter((part) => part !== '')
    .join('\n\n');
