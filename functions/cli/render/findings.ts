/** Renders findings as text: message, where, cure, and a command that reproduces the worst check. */
import type { ReportInParts } from '../../../shared/model/report.ts';
import type { Finding } from '../../../shared/overview/finding.ts';
import type { Places } from '../../../shared/overview/incidents.ts';
import { andMore, count } from '../../../shared/overview/overview-words.ts';
import { silencedText } from '../../../shared/publish/silence-text.ts';
import { printable } from '../../../shared/publish/text.ts';
import { familyOf } from '../../../shared/scenario/catalogue.ts';
import { checkName } from './check-name.ts';
import type { Colors } from './colors.ts';
import { MARKS } from './grid.ts';
import { paint } from './matrix.ts';
import { hanging } from './wrap.ts';

/** Endpoints, owners and checks of one finding that are named. */
const NAMED = 5;
const LABEL = 4 + 6 + 1;
/** What is copied stays one line. */
const ONE_LINE: readonly string[] = ['try', 'read'];

type Labelled = readonly [label: string, text: string | null];

/** One endpoint with its URL and owner; of several the first names, and their owners. */
const whereOf = (report: ReportInParts, { endpoints, owners, members }: Finding, verbose: boolean): string | null => {
  const most = verbose ? endpoints.length : NAMED;
  const owner = owners.length === 0 ? '' : `  owner ${andMore(owners.slice(0, NAMED), owners.length)}`;
  if (endpoints.length > 1) return `${andMore(endpoints.slice(0, most), endpoints.length)}${owner}`;
  const [part] = members.keys();
  const url = part === undefined ? undefined : report.part(part).about?.url;
  return url === undefined ? null : `${url}${owner}`;
};

const sizeOf = (places: Places): number => [...places.values()].reduce((sum, { length }) => sum + length, 0);

/** The other checks at the endpoint of the worst one. */
const alsoOf = (report: ReportInParts, { members, worst, endpoints }: Finding): string | null => {
  if (endpoints.length > 1) return null;
  const checks = [...members].flatMap(([part, places]) => places.flatMap((at) => report.part(part).checks[at] ?? []));
  const names = [...new Set(checks.filter(({ id }) => id !== worst.id).map(checkName))];
  return names.length === 0 ? null : names.join(', ');
};

/** What the registry’s sources say of the same fault at the endpoint of the worst check. */
const saidOf = (report: ReportInParts, { members, worst }: Finding): string | null => {
  // Of a finding at many endpoints the first stands for all: the parts of the others stay packed.
  const [first] = members;
  if (first === undefined) return null;
  const [part, places] = first;
  const { checks } = report.part(part);
  const said = places
    .flatMap((at) => checks[at] ?? [])
    .filter(
      ({ id, code, endpoint, scenario }) =>
        id !== worst.id && code !== worst.code && endpoint === worst.endpoint && familyOf(scenario) === 'configuration',
    );
  return said.length === 0 ? null : said.map(({ message }) => message).join(' ');
};

const codesOf = ({ cause, worst: { code } }: Finding): string => (cause === null ? code : `${cause}, ${code}`);

const say = (report: ReportInParts, finding: Finding, colors: Colors, { verbose, width }: FindingsOptions): string => {
  const { worst, cure, severity, sameCure, echoes, silenced } = finding;
  const { message, waiver, reproduce, runbook, verdict } = worst;
  const follows = sizeOf(echoes);
  const lines: readonly Labelled[] = [
    ['where', whereOf(report, finding, verbose)],
    ['what', message],
    ['says', saidOf(report, finding)],
    ['also', alsoOf(report, finding)],
    ['then', follows === 0 ? null : `${count(follows, 'check')} ${follows === 1 ? 'follows' : 'follow'} from it`],
    ['cure', cure === null || sameCure ? cure : `${cure} (of the first; others have another)`],
    ['waived', waiver === null ? null : `until ${waiver.until}: ${waiver.reason}`],
    ['silent', silenced === null ? null : silencedText(silenced)],
    ['try', reproduce],
    ['read', runbook ?? null],
    ['code', codesOf(finding)],
    ['check', worst.id],
  ];
  const title = `${printable(finding.title)}  ${colors.dim(severity)}`;
  return [
    hanging(`${paint(verdict, MARKS[verdict], colors)} `, 2, paint(verdict, title, colors), width),
    ...lines.flatMap(([label, text]) =>
      text === null
        ? []
        : [
            hanging(
              `    ${colors.dim(label.padEnd(6))} `,
              LABEL,
              printable(text),
              ONE_LINE.includes(label) ? Number.POSITIVE_INFINITY : width,
            ),
          ],
    ),
  ].join('\n');
};

export type FindingsOptions = {
  /** Every endpoint of a finding is named. */
  readonly verbose: boolean;
  /** Columns of the terminal. */
  readonly width: number;
};

/** Nothing where all pass; else the findings, worst first, an empty line between them. */
export function* findings(
  report: ReportInParts,
  all: readonly Finding[],
  colors: Colors,
  options: FindingsOptions,
): Generator<string> {
  let before = '';
  for (const finding of all) {
    yield before + say(report, finding, colors, options);
    before = '\n\n';
  }
}
