/** What a rendering must know of all parts before it can write the first. */
import { SCENARIO_NAMES, type ScenarioName } from '../../../shared/model/names.ts';
import type { ReportInParts, ServedChain } from '../../../shared/model/report.ts';
import { type Column, columnsOf, isFine, type Row, rowOf, WORST } from './grid.ts';

export type Survey = {
  /** Of the scenarios that have a check. */
  readonly columns: readonly Column[];
  /** The longest of the endpoints' names. */
  readonly longestName: string;
  /** Endpoints that have a check, and those of them whose checks all pass. */
  readonly rows: number;
  readonly fineRows: number;
  /** Numbers of the parts that have a row, the worst first. */
  readonly order: readonly number[];
  /** The chains of all parts, the first to expire first. */
  readonly chains: (report: ReportInParts) => Generator<ServedChain>;
};

const ALL_COLUMNS = columnsOf(new Set(SCENARIO_NAMES));

type ChainPlace = { readonly days: number; readonly index: number; readonly at: number };

const rankOf = ({ cells }: Row): number =>
  Math.min(...cells.map(({ verdict }) => (verdict === null ? WORST.length : WORST.indexOf(verdict))));

export const surveyOf = (report: ReportInParts): Survey => {
  const tried = new Set<ScenarioName>();
  const ranks: { readonly index: number; readonly rank: number }[] = [];
  const chains: ChainPlace[] = [];
  let [longestName, fineRows] = ['', 0];
  for (let index = 0; index < report.count; index += 1) {
    const part = report.part(index);
    for (const { scenario } of part.checks) tried.add(scenario);
    const row = rowOf(part, ALL_COLUMNS);
    if (row !== null) {
      ranks.push({ index, rank: rankOf(row) });
      fineRows += Number(isFine(row));
      if (row.endpoint.length > longestName.length) longestName = row.endpoint;
    }
    for (const [at, { daysToExpiry: days }] of part.servedChains.entries()) chains.push({ days, index, at });
  }
  return {
    columns: columnsOf(tried),
    ...{ longestName, rows: ranks.length, fineRows },
    order: ranks.toSorted((one, other) => one.rank - other.rank).map(({ index }) => index),
    chains: (from) => chainsInOrder(from, chains),
  };
};

function* chainsInOrder(report: ReportInParts, places: readonly ChainPlace[]): Generator<ServedChain> {
  for (const { index, at } of places.toSorted((one, other) => one.days - other.days)) {
    const chain = report.part(index).servedChains[at];
    if (chain !== undefined) yield chain;
  }
}
