/** Renders findings, one card per group: message, cure, and each check with its evidence. */
import type { CheckResult, Report } from '../../../../shared/model/report.ts';
import { type Group, groupsOf } from '../finding-groups.ts';
import { type Html, html } from '../markup.ts';
import { plural } from '../summary.ts';
import { checkHtml, passHtml } from './check.ts';
import { sign } from './mark.ts';
import type { PlaceOf } from './picture.ts';

const placeOfGroup = (index: number): string => `finding-${index + 1}`;

const title = ({ cause, checks: [first] }: Group): Html =>
  cause === null
    ? html`<code>${first.code}</code>`
    : html`<span class="what">${cause.title}</span> <code class="soft">${first.cause}</code>`;

const groupHtml = (group: Group, index: number): Html => {
  const { owner, cause, cure, checks } = group;
  const [{ verdict, severity, message, waiver }] = checks;
  return html`
<article class="card finding ${verdict}" id="${placeOfGroup(index)}">
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
  }${
    waiver === null
      ? null
      : html`
<p class="wait"><b>Waived until ${waiver.until}</b><bdi>${waiver.reason}</bdi></p>`
  }
<div class="checks">${checks.map(checkHtml)}</div></article>`;
};

export type Findings = { readonly section: Html | null; readonly placeOf: PlaceOf };

export const findings = (report: Report): Findings => {
  const groups = groupsOf(report);
  const places = new Map(groups.flatMap(({ checks }, index) => checks.map((check) => [check, placeOfGroup(index)])));
  return {
    placeOf: (check) => places.get(check),
    section:
      groups.length === 0
        ? null
        : html`
<section><h2>${plural(groups.length, 'finding')}</h2>${groups.map(groupHtml)}</section>`,
  };
};

const passesOf = (owner: string, checks: readonly CheckResult[]): Html => html`
<details><summary><bdi>${owner}</bdi> <span class="soft">${checks.length} pass</span></summary><ul class="evidence body">${checks.map(passHtml)}</ul></details>`;

/** Renders the passing checks, as evidence for an audit. */
export const passing = ({ checks }: Report): Html | null => {
  const byOwner = Map.groupBy(
    checks.filter(({ verdict }) => verdict === 'pass'),
    ({ endpoint }) => endpoint,
  );
  if (byOwner.size === 0) return null;
  return html`
<section class="passing"><h2>Refused, or accepted, as it must be</h2><div class="card">${[...byOwner].map(
    ([endpoint, own]) => passesOf(endpoint ?? 'test identities', own),
  )}</div></section>`;
};
