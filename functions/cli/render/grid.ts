/** endpoints × scenarios as data. The terminal and the HTML page draw it with the same marks. */
import type { ScenarioName, Verdict } from '../../../shared/model/names.ts';
import type { CheckResult, ReportPart } from '../../../shared/model/report.ts';
import { SCENARIOS } from '../../../shared/scenario/catalogue.ts';
import type { Scenario } from '../../../shared/scenario/scenario.ts';

export type Column = NonNullable<Scenario['column']> & { readonly name: ScenarioName };
export type Cell = {
  /** The worst verdict; null without a check. */
  readonly verdict: Verdict | null;
  readonly checks: readonly CheckResult[];
};
export type Row = { readonly endpoint: string; readonly cells: readonly Cell[] };

export const WORST: readonly Verdict[] = ['fail', 'inconclusive', 'waived', 'pass'];
export const MARKS: Readonly<Record<Verdict, string>> = { pass: '✔', fail: '✘', inconclusive: '?', waived: '~' };
export const NO_CHECK = '·';
/** The legend of the marks. */
export const MARK_WORDS: Readonly<Record<Verdict, string>> = {
  pass: 'as it must be',
  fail: 'fail',
  inconclusive: 'inconclusive',
  waived: 'waived',
};

const worstOf = (checks: readonly CheckResult[]): Verdict | null =>
  WORST.find((verdict) => checks.some((check) => check.verdict === verdict)) ?? null;

/** Returns columns for these scenarios, in the catalogue's order; those that are no endpoint's have none. */
export const columnsOf = (tried: ReadonlySet<ScenarioName>): readonly Column[] =>
  SCENARIOS.flatMap(({ name, column }) => (column === null || !tried.has(name) ? [] : [{ name, ...column }]));

/** Returns the row of an endpoint's part; null for a part without checks, and for the identities'. */
export const rowOf = ({ checks }: ReportPart, columns: readonly Column[]): Row | null => {
  const endpoint = checks[0]?.endpoint ?? null;
  if (endpoint === null) return null;
  const byScenario = Map.groupBy(checks, ({ scenario }) => scenario);
  const cells = columns.map(({ name }) => {
    const here = byScenario.get(name) ?? [];
    return { verdict: worstOf(here), checks: here };
  });
  return { endpoint, cells };
};

/** Whether all of an endpoint's checks in these cells pass. */
export const isFine = ({ cells }: Row): boolean => cells.every(({ verdict }) => verdict === null || verdict === 'pass');
