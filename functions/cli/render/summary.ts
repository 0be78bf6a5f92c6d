/** The figures of a run, shared by all renderings of a report. */
import type { Verdict } from '../../../shared/model/names.ts';
import type { NotCovered, Report } from '../../../shared/model/report.ts';

type Summed = Pick<Report, 'run' | 'summary'>;

export const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

/** Counts of the verdicts that occur. */
export const countsOf = ({ summary }: Summed): readonly { readonly verdict: Verdict; readonly count: number }[] =>
  (['pass', 'fail', 'inconclusive', 'waived'] as const)
    .map((verdict) => ({ verdict, count: summary[verdict] }))
    .filter(({ count }) => count > 0);

export const durationOf = ({ run }: Summed): string =>
  `${((Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1000).toFixed(1)} s`;

type Gap = Pick<NotCovered, 'scenario' | 'add'> & { readonly text: string; readonly endpoints: string[] };

/** Gaps in coverage, grouped by the registry line that would close them. */
export const gapsOf = ({ summary }: Summed): readonly Gap[] =>
  [...Map.groupBy(summary.notCovered, ({ scenario, add }) => `${scenario}: add ${add}`)].flatMap(([text, entries]) => {
    const [first] = entries;
    if (first === undefined) return [];
    const { scenario, add } = first;
    return [{ ...{ scenario, add, text }, endpoints: entries.map(({ endpoint }) => endpoint) }];
  });
