/** Renders a report as workflow commands of GitHub Actions: an annotation for each cause, at the registry's line of its endpoint; the summary last. */
import type { ReportInParts } from '../../../shared/model/report.ts';
import { printable } from '../../../shared/publish/text.ts';
import { type Shown, shownFindings } from './equal-findings.ts';
import { checkName } from './finding-groups.ts';
import { andMore } from './summary.ts';
import { surveyOf } from './survey.ts';

/** Where the registry names an endpoint, or an identity. */
export type Place = {
  /** Path from the repository's root, as an annotation needs it. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
};
/** Null for a place that is not known. */
export type PlaceOf = (section: 'endpoints' | 'identities', name: string) => Place | null;

/** GitHub Docs, "Workflow commands": % and line ends are escaped in a message; in a property also : and ,. */
const message = (text: string): string => printable(text).replaceAll('%', '%25');
const property = (text: string): string => message(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

const LEVELS = { pass: 'notice', fail: 'error', inconclusive: 'warning', waived: 'notice' } as const;

const placeText = ({ owner, checks: [{ endpoint }] }: Shown['group'], placeOf: PlaceOf): string => {
  const place = placeOf(endpoint === null ? 'identities' : 'endpoints', owner);
  return place === null ? '' : `file=${property(place.file)},line=${place.line},`;
};

const annotation = ({ group, like }: Shown, placeOf: PlaceOf): string => {
  const { owner, cause, cure, checks } = group;
  const [first, ...others] = checks;
  const title = `${like === null ? owner : `${like.count} × ${owner}`}: ${cause?.title ?? first.code}`;
  const also = [...new Set(others.map(checkName))];
  const text = [
    like === null ? '' : `${andMore(like.owners, like.count)}.`,
    first.message,
    also.length === 0 ? '' : `Also: ${also.join(', ')}.`,
    first.waiver === null ? (cure ?? '') : `Waived until ${first.waiver.until}: ${first.waiver.reason}`,
    [...new Set(checks.map(({ code }) => code))].join(', '),
  ].filter((part) => part !== '');
  return `::${LEVELS[first.verdict]} ${placeText(group, placeOf)}title=${property(title)}::${message(text.join(' '))}\n`;
};

/** Worst first: GitHub shows ten errors and ten warnings of a step. More than three equal findings are one. `placeOf`: default none is known. */
export function* renderGithub(report: ReportInParts, placeOf: PlaceOf = () => null): Generator<string> {
  for (const shown of shownFindings(report, surveyOf(report), false)) yield annotation(shown, placeOf);
  const { checks, pass, fail, inconclusive, waived } = report.summary;
  yield `${checks} checks: ${pass} pass, ${fail} fail, ${inconclusive} inconclusive, ${waived} waived`;
}
