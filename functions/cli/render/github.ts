/** Renders a report as workflow commands of GitHub Actions: an annotation for each check that does not pass, the summary last. */
import type { CheckResult, ReportInParts } from '../../../shared/model/report.ts';
import { printable } from '../../../shared/publish/text.ts';
import { partsOf } from '../../../shared/verdict/make-report.ts';

/** GitHub Docs, "Workflow commands": % and line ends are escaped in a message; in a property also : and ,. */
const message = (text: string): string => printable(text).replaceAll('%', '%25');
const property = (text: string): string => message(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

const LEVELS = { fail: 'error', inconclusive: 'warning', waived: 'notice' } as const;

const annotation = ({ id, verdict, code, message: what, advice }: CheckResult): string =>
  verdict === 'pass'
    ? ''
    : `::${LEVELS[verdict]} title=${property(`${id} ${code}`)}::${message(advice === null ? what : `${what} ${advice}`)}\n`;

export function* renderGithub(report: ReportInParts): Generator<string> {
  for (const { checks } of partsOf(report)) yield checks.map(annotation).join('');
  const { checks, pass, fail, inconclusive, waived } = report.summary;
  yield `${checks} checks: ${pass} pass, ${fail} fail, ${inconclusive} inconclusive, ${waived} waived`;
}
