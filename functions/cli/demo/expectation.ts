/** Compares the verdicts on a lab server with the expected ones. */
import type { CheckResult } from '../../../shared/model/report.ts';
import type { DemoServer } from './servers.ts';

const worstOf = (checks: readonly CheckResult[]): DemoServer['expected']['verdict'] => {
  if (checks.some(({ verdict }) => verdict === 'fail')) return 'fail';
  return checks.some(({ verdict }) => verdict === 'inconclusive') ? 'inconclusive' : 'pass';
};

/** Whether a report's checks have the expected verdict, cause and codes, and no others. False without any check. */
export const isAsExpected = ({ name, expected }: DemoServer, checks: readonly CheckResult[]): boolean => {
  const own = checks.filter(({ endpoint }) => endpoint === name);
  const open = own.filter(({ verdict }) => verdict !== 'pass');
  const codes = new Set(open.map(({ code }) => code));
  const causes = new Set(open.map(({ cause }) => cause));
  return (
    own.length > 0 &&
    worstOf(own) === expected.verdict &&
    codes.size === expected.codes.length &&
    expected.codes.every((code) => codes.has(code)) &&
    (expected.cause === null || causes.has(expected.cause))
  );
};
