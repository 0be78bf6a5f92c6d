/** Renders one check with all its facts, collapsed. */

import type { Evidence } from '../../../../shared/model/evidence.ts';
import type { Ended } from '../../../../shared/model/probe.ts';
import type { CheckResult } from '../../../../shared/model/report.ts';
import { endingOf } from '../../../../shared/verdict/explain/words.ts';
import { checkName } from '../check-name.ts';
import { type Html, html } from '../markup.ts';
import { mark } from './mark.ts';

const REQUESTED = { true: 'certificate requested', false: 'no certificate requested', null: null } as const;

const circumstances = ({
  address,
  tls,
  durationMs,
  certificateRequested,
  sni,
  headers,
  resumed,
  sharedFrom,
  ended,
}: Evidence) =>
  [
    address,
    tls !== null ? `TLS ${tls}` : ended.phase === 'connect' ? null : 'no TLS',
    `${Math.round(durationMs)} ms`,
    REQUESTED[`${certificateRequested}`],
    sni === undefined ? null : `SNI ${sni ?? 'none'}`,
    headers === undefined || headers.length === 0 ? null : `headers ${headers.join(', ')}`,
    sharedFrom === undefined ? null : `shared: a connection of ${sharedFrom}`,
    resumed === undefined ? null : resumed ? 'session resumed' : 'session not resumed',
  ]
    .filter((part) => part !== null)
    .join(' · ');

/** The cast is safe: `ended` of a report was written from an observation. */
const evidenceHtml = (evidence: Evidence): Html => html`
<li>${evidence.presented === null ? 'no certificate' : html`<code>${evidence.presented}</code>`} → <b><bdi>${endingOf({ tls: evidence.tls, ended: evidence.ended as Ended })}</bdi></b> <span class="soft">${circumstances(evidence)}</span></li>`;

const fact = (name: string, value: Html | string | null): Html | null =>
  value === null ? null : html`<dt>${name}</dt><dd>${value}</dd>`;

const codeText = (text: string): Html => html`<code>${text}</code>`;

export const checkHtml = (check: CheckResult): Html => {
  const { id, verdict, code, severity, message, reproduce, evidence, address, tls, vantage } = check;
  return html`
<details><summary>${mark(verdict)} <code>${checkName(check)}</code> <code class="soft">${code}</code></summary><div class="body">
<p><bdi>${message}</bdi></p>${
    reproduce === null
      ? null
      : html`
<code class="try">${reproduce}</code>`
  }
<dl class="facts">${fact('check', codeText(id))}${fact('verdict', `${verdict}, severity ${severity}`)}${fact('address', address === null ? null : codeText(address))}${fact('TLS', tls)}${fact('vantage', vantage)}</dl>${
    evidence.length === 0
      ? null
      : html`
<ol class="evidence">${evidence.map(evidenceHtml)}</ol>`
  }</div></details>`;
};

/** Renders a passing check as one line. */
export const passHtml = ({ id, code, message }: CheckResult): Html =>
  html`<li><code>${id}</code> <code class="soft">${code}</code><span class="soft"><bdi>${message}</bdi></span></li>`;
