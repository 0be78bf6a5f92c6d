import type { Cause } from '../../model/names.ts';
import type { Endpoint, Waiver } from '../../model/registry.ts';
import type { CheckResult } from '../../model/report.ts';
import type { Instant } from '../../model/time.ts';
import { familyOf } from '../../scenario/catalogue.ts';
import { EXPLAINED_WHERE } from '../../scenario/family.ts';

/** With these causes the endpoint accepts any client: a waiver of `no-certificate` also covers the scenarios that this explains. */
const OPEN_TO_ANYBODY: readonly (Cause | null)[] = ['CLIENT_CERTIFICATE_OPTIONAL', 'CLIENT_CERTIFICATE_NOT_REQUESTED'];

/** Only a fail becomes waived, and only until the end of the waiver's day (UTC); afterwards the message says that the waiver ended. */
export const waive = (result: CheckResult, { waivers }: Endpoint, now: Instant): CheckResult => {
  if (result.verdict !== 'fail') return result;
  const own = waivers.filter((waiver) => covers(waiver, result));
  const waiver = own.find(({ until }) => now < until);
  const over = own.at(-1);
  if (waiver !== undefined)
    return {
      ...result,
      verdict: 'waived',
      severity: 'info',
      waiver: { until: waiver.untilDate, reason: waiver.reason },
    };
  return over === undefined
    ? result
    : { ...result, message: `${result.message} (Its waiver ended with ${over.untilDate}: ${over.reason})` };
};

const covers = ({ scenario, subject, route }: Waiver, result: CheckResult): boolean => {
  const itself = scenario === result.scenario && (subject === null || subject === result.subject);
  const byTheWay =
    familyOf(scenario) === 'bare' &&
    subject === null &&
    OPEN_TO_ANYBODY.includes(result.cause) &&
    EXPLAINED_WHERE[familyOf(result.scenario)] === 'anybody-enters';
  return (itself || byTheWay) && isOfRoute(route, result.route);
};

/** `<METHOD> <path>`, or the path alone for every method. */
const isOfRoute = (waived: string | null, route: CheckResult['route']): boolean =>
  route === null ? waived === null : waived === route.path || waived === `${route.method} ${route.path}`;
