/** A run in figures and words, as every picture of a report says them. */
import type { Verdict } from '../../../shared/model/names.ts';
import type { NotCovered, Report } from '../../../shared/model/report.ts';

export const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

/** Of the verdicts that there are. */
export const countsOf = ({ summary }: Report): readonly { readonly verdict: Verdict; readonly count: number }[] =>
  (['pass', 'fail', 'inconclusive', 'waived'] as const)
    .map((verdict) => ({ verdict, count: summary[verdict] }))
    .filter(({ count }) => count > 0);

export const durationOf = ({ run }: Report): string =>
  `${((Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1000).toFixed(1)} s`;

/** What is not covered, by what would cover it. */
export const gapsOf = ({ summary }: Report): readonly { readonly text: string; readonly endpoints: string[] }[] =>
  [...Map.groupBy(summary.notCovered, ({ scenario, add }: NotCovered) => `${scenario}: add ${add}`)].map(
    ([text, entries]) => ({ text, endpoints: entries.map(({ endpoint }) => endpoint) }),
  );
