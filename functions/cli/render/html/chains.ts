/** Renders the served chains, the first to expire first. */
import type { ReportInParts, ServedChain } from '../../../../shared/model/report.ts';
import { type Html, html } from '../markup.ts';
import { plural } from '../summary.ts';
import type { Survey } from '../survey.ts';
import { sign } from './mark.ts';

export const expiryText = (days: number): string => {
  if (days < 0) return days > -1 ? 'expired today' : `expired ${plural(Math.floor(-days), 'day')} ago`;
  return days < 1 ? 'less than a day' : plural(Math.floor(days), 'day');
};

const problemsHtml = ({ problems }: ServedChain): Html | string =>
  problems.length === 0
    ? 'none'
    : html`<ul>${problems.map(({ code, message }) => html`<li>${sign('fail')} <code>${code}</code> <bdi>${message}</bdi></li>`)}</ul>`;

/** A hint to why a control is refused; a list that holds its issuer says nothing more. */
const acceptableHtml = ({ acceptableCas }: ServedChain): Html | string =>
  acceptableCas?.includesControlIssuer === false
    ? html`<small>names ${plural(acceptableCas.total, 'acceptable CA')}, none of them an issuer of the control: <bdi>${acceptableCas.names.join('; ')}</bdi></small>`
    : '';

const chainHtml = (chain: ServedChain): Html => html`
<tr><th scope="row"><bdi>${chain.endpoint}</bdi><small>${chain.address}</small></th>
<td>${expiryText(chain.daysToExpiry)}${chain.expiresAt === undefined ? null : html` <time datetime="${chain.expiresAt}">${chain.expiresAt.slice(0, 10)}</time>`}<small><bdi>${chain.expiresFirst}</bdi></small></td>
<td>${problemsHtml(chain)}${acceptableHtml(chain)}<small><code title="SHA-256 of the leaf">${chain.sha256}</code></small></td></tr>`;

/** Rows that are not collapsed. */
const SHOWN = 12;

export function* chains(report: ReportInParts, { chains: soonest }: Survey): Generator<string> {
  let row = 0;
  for (const chain of soonest(report)) {
    if (row === 0) yield `<section id="served"><h2>Served certificates</h2><div class="card">${HEAD}`;
    if (row === SHOWN) yield `${FOOT}<details><summary>the others</summary><div class="body">${HEAD}`;
    yield chainHtml(chain).text;
    row += 1;
  }
  if (row > 0) yield `${FOOT}${row > SHOWN ? '</div></details>' : ''}</div></section>`;
}

const HEAD = `<table class="list">
<thead><tr><th scope="col">endpoint</th><th scope="col">expires in</th><th scope="col">problems, fingerprint</th></tr></thead>
<tbody>`;
const FOOT = '</tbody></table>';
