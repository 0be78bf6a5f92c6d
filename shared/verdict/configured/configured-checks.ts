/** The checks of an endpoint that no connection is made for: what the registry’s sources say of it. */
import type { Check } from '../../model/check.ts';
import type { Covered } from '../../model/configured.ts';
import type { ConfiguredCell } from '../../model/configured-cell.ts';
import type { Endpoint } from '../../model/registry.ts';
import type { CheckResult } from '../../model/report.ts';
import { DAY, HOUR, iso, type Milliseconds } from '../../model/time.ts';
import { cureOf } from '../explain/codes.ts';
import { waiveAll } from '../judge/waive.ts';
import type { Judged } from './configured-finding.ts';
import { type AccessWire, judgeAccess } from './judge-access.ts';
import { judgeConfiguration, type Wire } from './judge-configuration.ts';

export type ConfiguredContext = Wire & AccessWire & { readonly vantage: string };

/** `covered`: by source; a check whose source does not speak of the endpoint has no result. */
export const judgeConfigured = (
  checks: readonly Check[],
  covered: ReadonlyMap<string, Covered>,
  context: ConfiguredContext,
): readonly CheckResult[] => {
  const results = checks.flatMap((check) => {
    const source = covered.get(check.subject ?? '');
    const judged = source === undefined ? null : judgedCheck(check, source, context);
    return judged === null ? [] : [resultOf(check, judged, context)];
  });
  return waiveAll(results, context.endpoint, context.now);
};

type WithCells = Judged & { readonly cells?: readonly ConfiguredCell[] };

const judgedCheck = (check: Check, covered: Covered, context: ConfiguredContext): WithCells | null => {
  const isAccess = check.suite === 'isolation';
  if (covered.missing !== null) return isAccess ? null : notCovering(covered, context);
  const age = context.now - covered.readAt;
  if (age > covered.maxAge) return stale(covered, age, context);
  return isAccess ? judgeAccess(covered, context) : judgeConfiguration(covered, context);
};

const notCovering = ({ source, missing, damaged }: Covered, { endpoint }: ConfiguredContext): Judged =>
  damaged === true ? perhapsDamaged(source, endpoint) : notNamed(source, missing, endpoint);

/** Its name may stand in what could not be read: that is mended first. */
const perhapsDamaged = (source: string, { name }: Endpoint): Judged => ({
  ...{ verdict: 'inconclusive', code: 'SOURCE_DAMAGED', severity: 'warning', cause: null },
  message: `Parts of ${source} could not be read, and what could says nothing of ${name}.`,
  thing: { kind: 'source', name: source },
});

const notNamed = (source: string, missing: string | null, endpoint: Endpoint): Judged => ({
  ...{ verdict: 'inconclusive', code: 'CONFIGURATION_NOT_COVERING', severity: 'warning', cause: null },
  message: `The registry says that ${endpoint.name} is called ${missing} in ${source}, which has nothing of that name.`,
});

/** One thing for all endpoints of the source. */
const stale = ({ source, readAt }: Covered, age: Milliseconds, { endpoint }: ConfiguredContext): Judged => ({
  ...{ verdict: 'inconclusive', code: 'SOURCE_STALE', severity: 'warning', cause: null },
  message: `What ${source} says of ${endpoint.name} is ${days(age)} old (${iso(readAt)}): nothing is judged by it.`,
  thing: { kind: 'source', name: source },
});

const days = (age: Milliseconds): string =>
  age < 2 * DAY ? `${Math.floor(age / HOUR)} hours` : `${Math.floor(age / DAY)} days`;

/** What is waived on the wire is waived here. */
const verdictOf = ({ verdict, severity, waiver }: WithCells): Pick<CheckResult, 'verdict' | 'severity' | 'waiver'> =>
  waiver != null && verdict === 'fail'
    ? { verdict: 'waived', severity: 'info', waiver }
    : { verdict, severity, waiver: null };

const resultOf = (check: Check, { cells, ...judged }: WithCells, { vantage }: ConfiguredContext): CheckResult => ({
  ...{ id: check.id, endpoint: check.endpoint, scenario: check.scenario, subject: check.subject, route: null },
  ...{ address: null, tls: null, vantage, code: judged.code },
  ...verdictOf(judged),
  ...{
    cause: judged.verdict === 'pass' ? null : judged.cause,
    message: judged.message,
    advice: judged.advice ?? (judged.verdict === 'pass' ? null : cureOf(judged.code)),
  },
  ...{ reproduce: null, evidence: [] },
  ...(judged.thing !== undefined && { thing: judged.thing }),
  ...(cells !== undefined && cells.length > 0 && { configured: [...cells] }),
});
