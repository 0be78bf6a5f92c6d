/** Renders findings, one card per group: message, cure, and each check with its evidence. */
import type { CheckResult, ReportInParts } from '../../../../shared/model/report.ts';
import { partsOf } from '../../../../shared/verdict/make-report.ts';
import type { Group } from '../finding-groups.ts';
import { type Html, html } from '../markup.ts';
import { plural } from '../summary.ts';
import type { Numbered, Survey } from '../survey.ts';
import { checkHtml, passHtml } from './check.ts';
import { sign } from './mark.ts';

/** The id of a group's element. */
export const placeOfGroup = (number: number): string => `finding-${number}`;

const title = ({ cause, checks: [first] }: Group): Html =>
  cause === null
    ? html`<code>${first.code}</code>`
    : html`<span class="what">${cause.title}</span> <code class="soft">${first.cause}</code>`;

/** `read` of the text report. Without a runbook the page's foot says what prints the same. */
const runbookHtml = ({ runbook, cause, code }: CheckResult): Html | null =>
  runbook === undefined
    ? null
    : html`
<p class="soft"><a href="${runbook}" rel="noreferrer">Runbook: ${cause ?? code}</a></p>`;

const groupHtml = ({ group, number }: Numbered): Html => {
  const { owner, cause, cure, checks } = group;
  const [{ verdict, severity, message, waiver }] = checks;
  return html`
<article class="card finding ${verdict}" id="${placeOfGroup(number)}">
<h3>${sign(verdict)} <bdi>${owner}</bdi> ${title(group)} <span class="tag">${verdict}, ${severity}</span></h3>
<p><bdi>${message}</bdi></p>${
    cause === null
      ? null
      : html`
<p class="soft">${cause.meaning}</p>`
  }${
    cure === null
      ? null
      : html`
<p class="cure"><b>Cure</b>${cure}</p>`
  }${runbookHtml(checks[0])}${
    waiver === null
      ? null
      : html`
<p class="wait"><b>Waived until ${waiver.until}</b><bdi>${waiver.reason}</bdi></p>`
  }
<div class="checks">${checks.map(checkHtml)}</div></article>`;
};

export function* findings(report: ReportInParts, survey: Survey): Generator<string> {
  if (survey.findings === 0) return;
  yield html`
<section><h2>${plural(survey.findings, 'finding')}</h2>`.text;
  for (const numbered of survey.groups(report)) yield groupHtml(numbered).text;
  yield '</section>';
}

const passesOf = (owner: string, checks: readonly CheckResult[]): Html => html`
<details><summary><bdi>${owner}</bdi> <span class="soft">${checks.length} pass</span></summary><ul class="evidence body">${checks.map(passHtml)}</ul></details>`;

/** Renders the passing checks, as evidence for an audit. */
export function* passing(report: ReportInParts): Generator<string> {
  if (report.summary.pass === 0) return;
  yield html`
<section class="passing"><h2>Refused, or accepted, as it must be</h2><div class="card">`.text;
  for (const { checks } of partsOf(report)) {
    const own = checks.filter(({ verdict }) => verdict === 'pass');
    const [first] = own;
    if (first !== undefined) yield passesOf(first.endpoint ?? 'test identities', own).text;
  }
  yield '</div></section>';
}
