/** Whether a server of the lab got the verdict it deserves. */
import type { CheckResult } from '../../../shared/model/report.ts';
import type { DemoServer } from './servers.ts';

const worstOf = (checks: readonly CheckResult[]): DemoServer['expected']['verdict'] => {
  if (checks.some(({ verdict }) => verdict === 'fail')) return 'fail';
  return checks.some(({ verdict }) => verdict === 'inconclusive') ? 'inconclusive' : 'pass';
};

/** All of what was expected and nothing else, in a report's checks. No check at all is not as expected. */
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
