/** Renders a report as workflow commands of GitHub Actions: an annotation for each cause, at the registry's line of its endpoint; the summary last. */
import type { CheckResult, ReportInParts } from '../../../shared/model/report.ts';
import type { Finding } from '../../../shared/overview/finding.ts';
import { overviewOf } from '../../../shared/overview/overview.ts';
import { andMore } from '../../../shared/overview/overview-words.ts';
import { printable } from '../../../shared/publish/text.ts';
import { checkName } from './check-name.ts';

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

/** Endpoints of one finding that are named. */
const NAMED = 5;
const LEVELS = { pass: 'notice', fail: 'error', inconclusive: 'warning', waived: 'notice' } as const;

const placeText = ({ worst, endpoints }: Finding, placeOf: PlaceOf): string => {
  const [endpoint] = endpoints;
  const place = endpoint === undefined ? placeOf('identities', worst.subject ?? '') : placeOf('endpoints', endpoint);
  return place === null ? '' : `file=${property(place.file)},line=${place.line},`;
};

/** The checks of a finding that the registry can be asked for: of a finding at many endpoints, those of the first. */
const checksOf = (report: ReportInParts, { members }: Finding): readonly CheckResult[] => {
  const [first] = members;
  return first === undefined ? [] : first[1].flatMap((at) => report.part(first[0]).checks[at] ?? []);
};

const annotation = (report: ReportInParts, finding: Finding, placeOf: PlaceOf): string => {
  const { worst, title, endpoints, cure } = finding;
  const checks = checksOf(report, finding);
  const also = [...new Set(checks.filter(({ id }) => id !== worst.id).map(checkName))];
  const text = [
    endpoints.length < 2 ? '' : `${andMore(endpoints.slice(0, NAMED), endpoints.length)}.`,
    worst.message,
    also.length === 0 ? '' : `Also: ${also.join(', ')}.`,
    worst.waiver === null ? (cure ?? '') : `Waived until ${worst.waiver.until}: ${worst.waiver.reason}`,
    [...new Set([worst, ...checks].map(({ code }) => code))].join(', '),
  ].filter((part) => part !== '');
  return `::${LEVELS[worst.verdict]} ${placeText(finding, placeOf)}title=${property(title)}::${message(text.join(' '))}\n`;
};

/** One annotation at a file, or at none. `level`: as GitHub calls it. */
export const annotationText = (
  level: 'error' | 'warning' | 'notice',
  { file, line }: { readonly file: string | null; readonly line: number | null },
  title: string,
  text: string,
): string => {
  const where = file === null ? '' : `file=${property(file)},${line === null ? '' : `line=${line},`}`;
  return `::${level} ${where}title=${property(title)}::${message(text)}\n`;
};

/** Worst first: GitHub shows ten errors and ten warnings of a step. More than three equal findings are one. `placeOf`: default none is known. */
export function* renderGithub(report: ReportInParts, placeOf: PlaceOf = () => null): Generator<string> {
  const { findings } = overviewOf(report, Date.parse(report.run.startedAt));
  for (const finding of findings) yield annotation(report, finding, placeOf);
  const { checks, pass, fail, inconclusive, waived } = report.summary;
  yield `${checks} checks: ${pass} pass, ${fail} fail, ${inconclusive} inconclusive, ${waived} waived`;
}
