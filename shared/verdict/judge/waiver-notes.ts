/** What has to be said of waivers: one that ends soon, and one that covers nothing. */
import { SUITES, type Suite } from '../../model/names.ts';
import type { Endpoint, Waiver } from '../../model/registry.ts';
import type { CheckResult, WaiverNote } from '../../model/report.ts';
import { DAY, type Instant, type Milliseconds } from '../../model/time.ts';
import { scenarioNamed } from '../../scenario/catalogue.ts';
import { covers } from './waive.ts';

const SOON: Milliseconds = 2 * DAY;

/** `results`: of the endpoint, waived already. `suites`: those that were run: what was not asked matches nothing for that reason alone. */
export const waiverNotes = (
  { name, waivers }: Pick<Endpoint, 'name' | 'waivers'>,
  results: readonly CheckResult[],
  suites: readonly Suite[],
  now: Instant,
): readonly WaiverNote[] =>
  waivers.flatMap((waiver) => {
    const note = noteOf(waiver, results, suites, now);
    if (note === null) return [];
    const { scenario, cause, subject, route, untilDate, reason } = waiver;
    return [{ endpoint: name, scenario, cause, subject, route, until: untilDate, reason, note }];
  });

const noteOf = (
  waiver: Waiver,
  results: readonly CheckResult[],
  suites: readonly Suite[],
  now: Instant,
): WaiverNote['note'] | null => {
  const own = results.filter((result) => covers(waiver, result));
  const matches = own.some(({ verdict }) => verdict === 'waived' || verdict === 'fail');
  if (!matches && wasAsked(waiver, suites) && isDecided(waiver, own, results)) return 'matches-nothing';
  return now < waiver.until && waiver.until - now <= SOON ? 'ends-soon' : null;
};

/** A cause may be found in any suite. */
const wasAsked = ({ scenario }: Waiver, suites: readonly Suite[]): boolean =>
  scenario === null ? SUITES.every((suite) => suites.includes(suite)) : suites.includes(scenarioNamed(scenario).suite);

/** What is undecided, or so at some addresses only, may hide what is waived. */
const isDecided = ({ scenario }: Waiver, own: readonly CheckResult[], all: readonly CheckResult[]): boolean =>
  (scenario === null ? all : own).every(({ verdict, share }) => verdict !== 'inconclusive' && share === undefined);
