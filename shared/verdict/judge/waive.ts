/** A waiver makes a known gap `waived`: a fail, and what is undecided only because of it. */
import type { Cause } from '../../model/names.ts';
import type { Endpoint, Waiver } from '../../model/registry.ts';
import type { CheckResult } from '../../model/report.ts';
import type { Instant } from '../../model/time.ts';
import { familyOf } from '../../scenario/catalogue.ts';
import { EXPLAINED_WHERE } from '../../scenario/family.ts';

/** With these causes the endpoint accepts any client: a waiver of `no-certificate` also covers the scenarios that this explains. */
const OPEN_TO_ANYBODY: readonly (Cause | null)[] = ['CLIENT_CERTIFICATE_OPTIONAL', 'CLIENT_CERTIFICATE_NOT_REQUESTED'];

type Waivers = Pick<Endpoint, 'waivers'>;

/** `results`: all checks of one endpoint at one address. Holds until the end of the waiver's day (UTC); afterwards the message says that the waiver ended. */
export const waiveAll = (results: readonly CheckResult[], endpoint: Waivers, now: Instant): readonly CheckResult[] => {
  if (endpoint.waivers.length === 0) return results;
  const waived = results.map((result) => waive(result, endpoint, now));
  return waived.map((result) => echoed(result, waived));
};

/** One result by itself: nothing is known of what it echoes. */
export const waive = (result: CheckResult, { waivers }: Waivers, now: Instant): CheckResult => {
  const own = waivers.filter((waiver) => mayCover(waiver, result) && covers(waiver, result));
  const waiver = own.find(({ until }) => now < until);
  if (waiver !== undefined) return waivedBy(result, { until: waiver.untilDate, reason: waiver.reason });
  const over = own.at(-1);
  return over === undefined
    ? result
    : { ...result, message: `${result.message} (Its waiver ended with ${over.untilDate}: ${over.reason})` };
};

const waivedBy = (result: CheckResult, waiver: CheckResult['waiver']): CheckResult => ({
  ...result,
  verdict: 'waived',
  severity: 'info',
  waiver,
});

/** A waiver of a cause covers what is undecided for it, too. A check that was not made has no cause that could be waived. */
const mayCover = ({ scenario }: Waiver, { verdict, code }: CheckResult): boolean =>
  verdict === 'fail' || (verdict === 'inconclusive' && scenario === null && code !== 'NOT_RUN');

/** What proves nothing because a client is accepted already, where each such acceptance is waived. */
const echoed = (result: CheckResult, all: readonly CheckResult[]): CheckResult => {
  if (result.code !== 'ALREADY_ACCEPTED' || result.verdict !== 'inconclusive' || result.cause === null) return result;
  const sources = all.filter((each) => each.cause === result.cause && each.verdict !== 'inconclusive');
  const [source] = sources.filter(({ route }) => routeText(route) === routeText(result.route));
  const isWaived = sources.every(({ verdict }) => verdict === 'waived');
  return source === undefined || !isWaived ? result : waivedBy(result, source.waiver);
};

/** Whether a result is what the waiver names, whatever its verdict. */
export const covers = (waiver: Waiver, result: CheckResult): boolean =>
  isOfRoute(waiver.route, result.route) && (isItself(waiver, result) || isByTheWay(waiver, result));

const isItself = ({ scenario, cause, subject }: Waiver, result: CheckResult): boolean =>
  scenario === null
    ? cause !== null && cause === result.cause
    : scenario === result.scenario && (subject === null || subject === result.subject);

const isByTheWay = ({ scenario, subject }: Waiver, { cause, scenario: other }: CheckResult): boolean =>
  scenario !== null &&
  familyOf(scenario) === 'bare' &&
  subject === null &&
  OPEN_TO_ANYBODY.includes(cause) &&
  EXPLAINED_WHERE[familyOf(other)] === 'anybody-enters';

/** `<METHOD> <path>`, or the path alone for every method. */
const isOfRoute = (waived: string | null, route: CheckResult['route']): boolean =>
  route === null ? waived === null : waived === route.path || waived === routeText(route);

const routeText = (route: CheckResult['route']): string | null =>
  route === null ? null : `${route.method} ${route.path}`;
