/** Renders what ends, the first to end first. */
import type { Ending } from '../../../../shared/model/expiry.ts';
import type { Overview } from '../../../../shared/overview/overview.ts';
import { count, KIND_WORDS } from '../../../../shared/overview/overview-words.ts';
import { dateText } from '../../../../shared/publish/headline.ts';
import { type Html, html } from '../markup.ts';

/** Rows that are not collapsed. */
const SHOWN = 12;

/** Endpoints named in a row; the others are counted, and listed on a click. */
const NAMED = 3;

const where = ({ kind, of, endpoints }: Ending): Html | string => {
  if (kind !== 'served') return kind === 'identity' ? html`<bdi>${of}</bdi>` : html`trust bundle <bdi>${of}</bdi>`;
  if (endpoints.length <= NAMED) return html`<bdi>${endpoints.join(', ')}</bdi>`;
  return html`<details><summary>${count(endpoints.length, 'endpoint')}</summary><p class="body"><bdi>${endpoints.join(', ')}</bdi></p></details>`;
};

const row = (ending: Ending): Html => html`
<tr><th scope="row"><time datetime="${ending.at}">${dateText(ending)}</time></th><td>${KIND_WORDS[ending.kind]} <bdi>${ending.name}</bdi></td><td>${where(ending)}</td></tr>`;

const table = (rows: readonly Ending[]): Html => html`<table class="list dates">
<thead><tr><th scope="col">ends</th><th scope="col">what</th><th scope="col">where</th></tr></thead>
<tbody>${rows.map(row)}</tbody></table>`;

/** The collapsed part is written in pieces: each certificate of a large fleet may have a row. */
export function* ends({ endings, undated }: Overview): Generator<string> {
  if (endings.length + undated.length === 0) return;
  yield html`
<section id="ends"><h2>What ends first</h2><div class="card">`.text;
  if (endings.length > 0) yield table(endings.slice(0, SHOWN)).text;
  if (endings.length > SHOWN)
    yield html`<details><summary>and ${endings.length - SHOWN} more</summary><div class="body">${table(endings.slice(SHOWN))}</div></details>`
      .text;
  if (undated.length > 0)
    yield html`<details><summary>${count(undated.length, 'end')} not seen</summary><ul class="body">${undated.map(
      ({ kind, name, why }) =>
        html`<li>${KIND_WORDS[kind]} <bdi>${name}</bdi> <span class="soft"><bdi>${why}</bdi></span></li>`,
    )}</ul></details>`.text;
  yield '</div></section>';
}
