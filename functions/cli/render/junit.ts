/** Renders JUnit XML: one suite per endpoint, one case per check. Fail is a failure, inconclusive an error, waived is skipped. */
import type { CheckResult, Report } from '../../../shared/model/report.ts';
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

const seconds = ({ evidence }: CheckResult): string =>
  (evidence.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000).toFixed(3);

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

export const renderJunit = ({ checks }: Report): string => {
  const suites = [...Map.groupBy(checks, ({ endpoint }) => endpoint ?? 'identities')].map(([name, own]) =>
    suite(name, own),
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites name="mtls-monitor">',
    ...suites,
    '</testsuites>',
  ].join('\n');
};
