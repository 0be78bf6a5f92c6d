/** Renders JUnit XML: one suite per endpoint, one case per check. Fail is a failure, inconclusive an error, waived is skipped. */
import type { CheckResult, ReportInParts } from '../../../shared/model/report.ts';
import { partsOf } from '../../../shared/verdict/make-report.ts';
import { escaped as xml } from './markup.ts';

const outcome = ({ verdict, code, message, advice, reproduce, waiver }: CheckResult): string => {
  const body = xml([message, advice, reproduce].filter((part) => part !== null).join(' — '));
  switch (verdict) {
    case 'pass':
      return '';
    case 'fail':
      return `<failure type="${code}" message="${xml(message)}">${body}</failure>`;
    case 'inconclusive':
      return `<error type="${code}" message="${xml(message)}">${body}</error>`;
    case 'waived':
      return `<skipped message="${xml(`waived until ${waiver?.until}: ${waiver?.reason}`)}"/>`;
    default:
      return verdict satisfies never;
  }
};

/** Of the connections that were made for the check. */
const seconds = ({ evidence }: CheckResult): string =>
  (
    evidence.reduce((sum, { durationMs, sharedFrom }) => sum + (sharedFrom === undefined ? durationMs : 0), 0) / 1000
  ).toFixed(3);

const suite = (name: string, checks: readonly CheckResult[]): string => {
  const count = (verdict: CheckResult['verdict']) => checks.filter((check) => check.verdict === verdict).length;
  const cases = checks.map(
    (check) =>
      `  <testcase classname="${xml(name)}" name="${xml(check.id)}" time="${seconds(check)}">${outcome(check)}</testcase>`,
  );
  return [
    ` <testsuite name="${xml(name)}" tests="${checks.length}" failures="${count('fail')}" errors="${count('inconclusive')}" skipped="${count('waived')}">`,
    ...cases,
    ' </testsuite>',
  ].join('\n');
};

export function* renderJunit(report: ReportInParts): Generator<string> {
  yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="mtls-monitor">\n';
  for (const { checks } of partsOf(report)) {
    const [first] = checks;
    if (first !== undefined) yield `${suite(first.endpoint ?? 'identities', checks)}\n`;
  }
  yield '</testsuites>';
}
