import type { Endpoint } from '../model/registry.ts';
import type { CheckResult } from '../model/report.ts';
import type { Instant } from '../model/time.ts';

/** Only a fail becomes waived, and only until the waiver's day is over (UTC). */
export const waive = (result: CheckResult, { waivers }: Endpoint, now: Instant): CheckResult => {
  if (result.verdict !== 'fail') return result;
  const waiver = waivers.find(
    ({ scenario, subject, route, until }) =>
      scenario === result.scenario &&
      (subject === null || subject === result.subject) &&
      isOfRoute(route, result.route) &&
      now < until,
  );
  if (waiver === undefined) return result;
  return { ...result, verdict: 'waived', severity: 'info', waiver: { until: waiver.untilDate, reason: waiver.reason } };
};

/** `<METHOD> <path>`, or the path alone for every method. */
const isOfRoute = (waived: string | null, route: CheckResult['route']): boolean =>
  route === null ? waived === null : waived === route.path || waived === `${route.method} ${route.path}`;
