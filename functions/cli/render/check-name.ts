import type { CheckResult } from '../../../shared/model/report.ts';

/** Returns a check's id without the endpoint's name, which stands before it, and without a subject that repeats the scenario. */
export const checkName = ({ id, endpoint, scenario, subject }: CheckResult): string => {
  const own = endpoint === null ? id : id.slice(endpoint.length + 1);
  return subject === scenario ? own.replace(`/${subject}`, '') : own;
};
