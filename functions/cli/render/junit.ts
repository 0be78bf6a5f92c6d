/** JUnit XML: one suite an endpoint, one case a check. A fail is a failure, an inconclusive verdict an error, a waived one is skipped. */
import type { CheckResult, Report } from '../../../shared/model/report.ts';
import { printable } from '../../../shared/publish/text.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};
/** XML 1.0 §2.2 has no way to write a control character: they are escaped as text first. */
const xml = (text: string): string => printable(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

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
