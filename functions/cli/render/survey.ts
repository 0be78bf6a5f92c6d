/** What a rendering must know of all parts before it can write the first: one look at each. */
import { SCENARIO_NAMES, type ScenarioName } from '../../../shared/model/names.ts';
import type { ReportInParts, ServedChain } from '../../../shared/model/report.ts';
import { type Group, groupsIn, rankOf } from './finding-groups.ts';
import { type Column, columnsOf, isFine, rowOf } from './grid.ts';

export type Survey = {
  /** Of the scenarios that have a check. */
  readonly columns: readonly Column[];
  /** Characters of the longest endpoint's name. */
  readonly nameWidth: number;
  /** Endpoints that have a check, and those of them whose checks all pass. */
  readonly rows: number;
  readonly fineRows: number;
  /** The number of groups of findings. */
  readonly findings: number;
  /** The groups of all parts, worst first, with their numbers from 1. */
  readonly groups: (report: ReportInParts) => Generator<Numbered>;
  /** Numbers of a part's groups, in the order of `groupsIn`. */
  readonly numbersOf: (index: number) => readonly number[];
  /** The chains of all parts, the first to expire first. */
  readonly chains: (report: ReportInParts) => Generator<ServedChain>;
};
export type Numbered = { readonly group: Group; readonly number: number };

const ALL_COLUMNS = columnsOf(new Set(SCENARIO_NAMES));

type ChainPlace = { readonly days: number; readonly index: number; readonly at: number };

export const surveyOf = (report: ReportInParts): Survey => {
  const tried = new Set<ScenarioName>();
  const ranks = new Map<number, readonly number[]>();
  const chains: ChainPlace[] = [];
  let [nameWidth, rows, fineRows] = [0, 0, 0];
  for (let index = 0; index < report.count; index += 1) {
    const part = report.part(index);
    for (const { scenario } of part.checks) tried.add(scenario);
    const row = rowOf(part, ALL_COLUMNS);
    if (row !== null) {
      rows += 1;
      fineRows += Number(isFine(row));
      nameWidth = Math.max(nameWidth, row.endpoint.length);
    }
    const own = groupsIn(part).map(rankOf);
    if (own.length > 0) ranks.set(index, own);
    for (const [at, { daysToExpiry: days }] of part.servedChains.entries()) chains.push({ days, index, at });
  }
  const numbers = numbered(ranks);
  return {
    columns: columnsOf(tried),
    ...{ nameWidth, rows, fineRows },
    findings: [...ranks.values()].reduce((sum, { length }) => sum + length, 0),
    groups: (from) => groupsByRank(from, ranks, numbers),
    numbersOf: (index) => numbers.get(index) ?? [],
    chains: (from) => chainsInOrder(from, chains),
  };
};

type ByPart = ReadonlyMap<number, readonly number[]>;

const sortedRanks = (ranks: ByPart): readonly number[] =>
  [...new Set([...ranks.values()].flat())].sort((one, other) => one - other);

/** Numbers the groups: by rank, then in the report's order. */
const numbered = (ranks: ByPart): ByPart => {
  const numbers = new Map([...ranks].map(([index, { length }]) => [index, new Array<number>(length).fill(0)]));
  let next = 1;
  for (const rank of sortedRanks(ranks))
    for (const [index, own] of ranks)
      own.forEach((each, at) => {
        const there = numbers.get(index);
        if (each !== rank || there === undefined) return;
        there[at] = next;
        next += 1;
      });
  return numbers;
};

/** A part is read once for each rank that it has. */
function* groupsByRank(report: ReportInParts, ranks: ByPart, numbers: ByPart): Generator<Numbered> {
  for (const rank of sortedRanks(ranks))
    for (const [index, own] of ranks) {
      if (!own.includes(rank)) continue;
      for (const [at, group] of groupsIn(report.part(index)).entries())
        if (own[at] === rank) yield { group, number: numbers.get(index)?.[at] ?? 0 };
    }
}

function* chainsInOrder(report: ReportInParts, places: readonly ChainPlace[]): Generator<ServedChain> {
  for (const { index, at } of places.toSorted((one, other) => one.days - other.days)) {
    const chain = report.part(index).servedChains[at];
    if (chain !== undefined) yield chain;
  }
}
