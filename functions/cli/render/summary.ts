/** The figures of a run, shared by all renderings of a report. */
import type { Verdict } from '../../../shared/model/names.ts';
import type { NotCovered } from '../../../shared/model/not-covered.ts';
import type { Report, WaiverNote } from '../../../shared/model/report.ts';

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

const NOTES: Readonly<Record<WaiverNote['note'], string>> = {
  'ends-soon': 'ends within two days: what it covers is announced then',
  'matches-nothing': 'covers nothing: no check of it fails. Take it out',
};

/** `payments: the waiver of no-certificate until 2027-01-08 ends within two days: …` */
export const waiverText = ({ endpoint, scenario, cause, subject, route, until, note }: WaiverNote): string => {
  const what = [
    scenario ?? cause,
    ...(subject === null ? [] : [`of ${subject}`]),
    ...(route === null ? [] : [`at ${route}`]),
  ];
  return `${endpoint}: the waiver of ${what.join(' ')} until ${until} ${NOTES[note]}`;
};
