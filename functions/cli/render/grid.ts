/** endpoints × scenarios as data. The terminal and the HTML page draw it with the same marks. */
import type { ScenarioName, Verdict } from '../../../shared/model/names.ts';
import type { CheckResult, Report } from '../../../shared/model/report.ts';
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

/** Returns columns for the scenarios that have a check, and rows for the endpoints in the report's order. */
export const gridOf = ({ checks }: Report): { readonly columns: readonly Column[]; readonly rows: readonly Row[] } => {
  const tried = new Set(checks.map(({ scenario }) => scenario));
  const columns = SCENARIOS.flatMap(({ name, column }) =>
    column === null || !tried.has(name) ? [] : [{ name, ...column }],
  );
  const byEndpoint = Map.groupBy(checks, ({ endpoint }) => endpoint);
  const rows = [...byEndpoint].flatMap(([endpoint, own]) => {
    if (endpoint === null) return [];
    const byScenario = Map.groupBy(own, ({ scenario }) => scenario);
    const cells = columns.map(({ name }) => {
      const here = byScenario.get(name) ?? [];
      return { verdict: worstOf(here), checks: here };
    });
    return [{ endpoint, cells }];
  });
  return { columns, rows };
};
