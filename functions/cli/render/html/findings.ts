/** Renders findings, one card each: message, cure, and each check with its evidence, by endpoint. */
import type { CheckResult, ReportInParts } from '../../../../shared/model/report.ts';
import type { Finding } from '../../../../shared/overview/finding.ts';
import type { Places } from '../../../../shared/overview/incidents.ts';
import type { Overview } from '../../../../shared/overview/overview.ts';
import { count } from '../../../../shared/overview/overview-words.ts';
import { silencedText } from '../../../../shared/publish/silence-text.ts';
import { partsOf } from '../../../../shared/verdict/make-report.ts';
import { type Html, html } from '../markup.ts';
import { checkHtml, passHtml } from './check.ts';
import { sign } from './mark.ts';

/** The id of a finding's element. */
export const placeOfFinding = (number: number): string => `finding-${number}`;

/** `read` of the text report. Without a runbook the page's foot says what prints the same. */
const runbookHtml = ({ runbook, cause, code }: CheckResult): Html | null =>
  runbook === undefined
    ? null
    : html`
<p class="soft"><a href="${runbook}" rel="noreferrer">Runbook: ${cause ?? code}</a></p>`;

const headHtml = ({ title, cause, code, severity, worst, what, cure, silenced }: Finding, number: number): Html => html`
<article class="card finding ${worst.verdict}" id="${placeOfFinding(number)}">
<h3><span>${sign(worst.verdict)} <bdi>${title}</bdi></span> <code class="soft">${cause ?? code}</code> <span class="tag">${worst.verdict}, ${severity}</span></h3>
<p><bdi>${worst.message}</bdi></p>${
  what === null
    ? null
    : html`
<p class="soft">${what.title}: ${what.meaning}</p>`
}${
  cure === null
    ? null
    : html`
<p class="cure"><b>Cure</b><bdi>${cure}</bdi></p>`
}${runbookHtml(worst)}${
  worst.waiver === null
    ? null
    : html`
<p class="wait"><b>Waived until ${worst.waiver.until}</b><bdi>${worst.waiver.reason}</bdi></p>`
}${
  silenced === null
    ? null
    : html`
<p class="wait"><b>${silenced.until === null ? 'Known' : 'Silenced'}</b><bdi>${silencedText(silenced)}</bdi></p>`
}`;

/** One endpoint's checks of a finding. `alone`: it is the only one, and needs no fold. */
const checksHtml = (report: ReportInParts, part: number, places: readonly number[], alone: boolean): Html => {
  const { checks, about } = report.part(part);
  const own = places.flatMap((at) => checks[at] ?? []);
  const where =
    about === undefined
      ? null
      : html`<p class="soft where"><bdi>${about.url}</bdi>${about.owner === null ? null : html` · owner <bdi>${about.owner}</bdi>`}</p>`;
  const list = html`${where}${own.map(checkHtml)}`;
  if (alone) return list;
  const [first] = own;
  return html`
<details><summary><bdi>${first?.endpoint ?? first?.subject ?? first?.id ?? ''}</bdi> <span class="soft">${count(own.length, 'check')}</span></summary><div class="body">${list}</div></details>`;
};

/** Endpoints of one finding that have a line each. More are folded. */
const LISTED = 12;

function* placesHtml(report: ReportInParts, places: Places): Generator<string> {
  const isLong = places.size > LISTED;
  if (isLong) yield html`<details><summary>${count(places.size, 'endpoint')}</summary><div class="body">`.text;
  for (const [part, checks] of places) yield checksHtml(report, part, checks, places.size === 1).text;
  if (isLong) yield '</div></details>';
}

const sizeOf = (places: Places): number => [...places.values()].reduce((sum, { length }) => sum + length, 0);

function* findingHtml(report: ReportInParts, finding: Finding, number: number): Generator<string> {
  yield headHtml(finding, number).text;
  yield '\n<div class="checks">';
  yield* placesHtml(report, finding.members);
  if (finding.echoes.size > 0) {
    yield html`
<details><summary class="soft">${count(sizeOf(finding.echoes), 'check')} that ${sizeOf(finding.echoes) === 1 ? 'follows' : 'follow'} from it</summary><div class="body">`
      .text;
    yield* placesHtml(report, finding.echoes);
    yield '</div></details>';
  }
  yield '</div></article>';
}

export function* findings(report: ReportInParts, overview: Overview): Generator<string> {
  if (overview.findings.length === 0) return;
  yield html`
<section id="findings"><h2>${count(overview.findings.length, 'finding')}, the worst first</h2>`.text;
  for (const [index, finding] of overview.findings.entries()) yield* findingHtml(report, finding, index + 1);
  yield '</section>';
}

const passesOf = (owner: string, checks: readonly CheckResult[]): Html => html`
<details><summary><bdi>${owner}</bdi> <span class="soft">${checks.length} pass</span></summary><ul class="evidence body">${checks.map(passHtml)}</ul></details>`;

/** Renders the passing checks, as evidence for an audit. */
export function* passing(report: ReportInParts): Generator<string> {
  const { pass, endpoints } = report.summary;
  if (pass === 0) return;
  const isLong = endpoints > LISTED;
  yield html`
<section class="passing" id="passed"><h2>Refused, or accepted, as it must be</h2><div class="card">`.text;
  if (isLong) yield html`<details><summary>${count(pass, 'check')}</summary><div class="body">`.text;
  for (const { checks } of partsOf(report)) {
    const own = checks.filter(({ verdict }) => verdict === 'pass');
    const [first] = own;
    if (first !== undefined) yield passesOf(first.endpoint ?? 'test identities', own).text;
  }
  if (isLong) yield '</div></details>';
  yield '</div></section>';
}
