/** What a run leaves for the dashboard: the worst verdict of each endpoint and scenario, who may call what, what ends, and why something is not as it must be. */
import { SEVERITIES, type Verdict } from '../model/names.ts';
import type { CheckResult, ReportInParts, ReportPart } from '../model/report.ts';
import type { RunIdentity } from '../model/run.ts';
import { type Reason, SNAPSHOT_SCHEMA, type Snapshot } from '../model/snapshot.ts';
import { instantOf } from '../model/time.ts';
import { accessCollector } from './access.ts';
import { endingCollector } from './endings.ts';
import { cureOf } from './finding.ts';

/** Above the first of each nobody reads on, and the whole stands in the report. */
const MOST_REASONS = 2000;
const MOST_ENDINGS = 200;
const MOST_NAMED = 20;
const MOST_TEXT = 600;

/** The worst first. */
export const WORST: readonly Verdict[] = ['fail', 'inconclusive', 'waived', 'pass'];
export const worse = (one: Verdict | undefined, other: Verdict): Verdict =>
  one !== undefined && WORST.indexOf(one) <= WORST.indexOf(other) ? one : other;

/** Reads each part once. */
export const snapshotOf = (report: ReportInParts, { suite }: Pick<RunIdentity, 'suite'>): Snapshot => {
  const { id, startedAt, finishedAt, complete } = report.run;
  const access = accessCollector();
  const ends = endingCollector(instantOf(startedAt), instantOf(finishedAt));
  const rows = new Map<string, Partial<Record<CheckResult['scenario'], Verdict>>>();
  const reasons: Reason[] = [];
  for (let index = 0; index < report.count; index += 1) {
    const part = report.part(index);
    access.add(part);
    ends.add(part);
    addRow(rows, part);
    reasons.push(...reasonsIn(part));
  }
  const { endings, undated } = ends.done();
  const { clients, rows: asked } = access.done();
  return {
    schema: SNAPSHOT_SCHEMA,
    run: { id, suite, startedAt, complete },
    rows: [...rows].map(([endpoint, verdicts]) => ({ endpoint, verdicts })),
    access: { clients, rows: asked },
    endings: endings.slice(0, MOST_ENDINGS).map(({ endpoints, ...ending }) => ({
      ...{ ...ending, serving: endpoints.length },
      endpoints: endpoints.slice(0, MOST_NAMED),
    })),
    dates: endings.length,
    undated: undated.length,
    reasons: reasons.toSorted(worstFirst).slice(0, MOST_REASONS),
  };
};

export const worstFirst = (one: Reason, other: Reason): number =>
  WORST.indexOf(one.verdict) - WORST.indexOf(other.verdict) ||
  SEVERITIES.indexOf(other.severity) - SEVERITIES.indexOf(one.severity);

const addRow = (rows: Map<string, Partial<Record<CheckResult['scenario'], Verdict>>>, { checks }: ReportPart): void => {
  for (const { endpoint, scenario, verdict } of checks) {
    if (endpoint === null) continue;
    const row = rows.get(endpoint) ?? {};
    row[scenario] = worse(row[scenario], verdict);
    rows.set(endpoint, row);
  }
};

const reasonOf = (result: CheckResult): Reason => {
  const { id: check, scenario, endpoint, verdict, severity, code, cause, message, reproduce, runbook = null } = result;
  return {
    ...{ check, scenario, endpoint, verdict, severity, code, cause, reproduce, runbook },
    ...{ message: message.slice(0, MOST_TEXT), cure: cureOf(result)?.slice(0, MOST_TEXT) ?? null },
  };
};

/** Of each cause at a place the worst check: the others say the same. */
const reasonsIn = ({ checks }: ReportPart): readonly Reason[] => {
  const found = new Map<string, Reason>();
  for (const result of checks) {
    if (result.verdict === 'pass') continue;
    const reason = reasonOf(result);
    const key = JSON.stringify([reason.endpoint ?? reason.check, reason.cause ?? reason.code]);
    const there = found.get(key);
    if (there === undefined || worstFirst(reason, there) < 0) found.set(key, reason);
  }
  return [...found.values()];
};
