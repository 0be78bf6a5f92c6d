/** Renders a report as one HTML page without scripts and without external resources; its Content-Security-Policy forbids both. */
import { createHash } from 'node:crypto';
import type { ReportInParts } from '../../../../shared/model/report.ts';
import { type Overview, overviewOf } from '../../../../shared/overview/overview.ts';
import { headlineOf } from '../../../../shared/overview/overview-words.ts';
import { silenceLine } from '../../../../shared/publish/silence-text.ts';
import { type Html, html } from '../markup.ts';
import { countsOf, durationOf, gapsOf, plural } from '../summary.ts';
import { surveyOf } from '../survey.ts';
import { access } from './access.ts';
import { answers, unasked } from './answers.ts';
import { chains } from './chains.ts';
import { ends } from './ends.ts';
import { findings, passing } from './findings.ts';
import { sign } from './mark.ts';
import { picture } from './picture.ts';
import { STYLE } from './style.ts';

/** Allows the page's own style sheet by its hash and nothing else, so that injected styles have no effect. */
const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'`;

/** Lengths are attributes: the policy forbids inline styles. */
const bar = (report: ReportInParts): Html => {
  let x = 0;
  const parts = countsOf(report).map(({ verdict, count }) => {
    const part = html`<rect class="${verdict}" x="${x}" y="0" width="${count}" height="1"/>`;
    x += count;
    return part;
  });
  return html`<svg class="bar" viewBox="0 0 ${Math.max(x, 1)} 1" preserveAspectRatio="none" aria-hidden="true">${parts}</svg>`;
};

const summary = (report: ReportInParts): Html => {
  const { endpoints, checks } = report.summary;
  const counts = countsOf(report).map(({ verdict, count }) => html` <span>${sign(verdict)} ${count} ${verdict}</span>`);
  const unfinished = report.run.complete ? null : html` <span class="tag inconclusive">not finished</span>`;
  return html`<p class="sum"><strong>${plural(endpoints, 'endpoint')}, ${plural(checks, 'check')}</strong>${counts}${unfinished}</p>`;
};

const when = (instant: string): Html =>
  html`<time datetime="${instant}">${instant.slice(0, 19).replace('T', ' ')} UTC</time>`;

const header = (report: ReportInParts, overview: Overview): Html => {
  const { verdict, text } = headlineOf(overview);
  const { id, startedAt, vantage } = report.run;
  return html`
<header><h1>${sign(verdict)} ${text}</h1>
${summary(report)}
${bar(report)}${unasked(overview)}
<dl class="run"><div><dt>run</dt><dd><code>${id}</code></dd></div><div><dt>started</dt><dd>${when(startedAt)}</dd></div>
<div><dt>took</dt><dd>${durationOf(report)}</dd></div><div><dt>from</dt><dd><bdi>${vantage}</bdi></dd></div></dl></header>`;
};

/** Endpoints named in a line. More are shown as a number, with their names in a collapsed list. */
const NAMED = 10;

const gapHtml = (text: string, endpoints: readonly string[]): Html => {
  const names = html`<bdi>${endpoints.join(', ')}</bdi>`;
  if (endpoints.length <= NAMED) return html`${text} <span class="soft">(${names})</span>`;
  return html`<details><summary>${text} <span class="soft">(${plural(endpoints.length, 'endpoint')})</span></summary><p class="soft body">${names}</p></details>`;
};

const gaps = (report: ReportInParts): Html | null => {
  const all = gapsOf(report);
  if (all.length === 0) return null;
  return html`
<section id="not-covered"><h2>Not covered</h2><div class="card"><ul class="gaps">${all.map(
    ({ text, endpoints }) => html`
<li>${gapHtml(text, endpoints)}</li>`,
  )}</ul></div></section>`;
};

const silences = ({ summary: { silences: all = [] } }: ReportInParts): Html | null =>
  all.length === 0
    ? null
    : html`
<section id="silences"><h2>Silenced: measured, and told to nobody</h2><div class="card"><ul class="gaps">${all.map(
        (each) => html`
<li><bdi>${silenceLine(each)}</bdi></li>`,
      )}</ul></div></section>`;

export function* renderHtml(report: ReportInParts): Generator<string> {
  const survey = surveyOf(report);
  const overview = overviewOf(report, Date.parse(report.run.startedAt));
  const { text } = headlineOf(overview);
  const style = `<style>${STYLE}</style>`;
  const head = html`<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${text} · mtls-monitor</title>`;
  yield `<!doctype html>\n<html lang="en"><head>${head.text}\n${style}</head>\n<body>${header(report, overview).text}\n<main>${answers(overview).text}`;
  yield* findings(report, overview);
  yield* access(overview);
  yield* ends(overview);
  yield* picture(report, survey, overview);
  yield* chains(report, survey);
  yield silences(report)?.text ?? '';
  yield gaps(report)?.text ?? '';
  yield* passing(report);
  yield html`
</main>
<footer>Written by mtls-monitor. <code>npx mtls-monitor explain CODE</code> says what a code or a cause means, what to do about it and when it closes.</footer>`
    .text;
  yield '</body></html>';
}
