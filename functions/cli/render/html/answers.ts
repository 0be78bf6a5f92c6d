/** The four answers that a reader looks for, above everything else: what is open, what is blind, what ends first, who may call what. */
import type { Verdict } from '../../../../shared/model/names.ts';
import { wrongAnswers } from '../../../../shared/overview/access.ts';
import type { FindingLevel } from '../../../../shared/overview/finding.ts';
import type { Overview } from '../../../../shared/overview/overview.ts';
import { accessText, count, endingText, levelText, notAsked } from '../../../../shared/overview/overview-words.ts';
import { type Html, html } from '../markup.ts';
import { placeOfFinding } from './findings.ts';
import { sign } from './mark.ts';

/** Of each answer. */
const SHOWN = 3;

type Answer = {
  readonly title: string;
  readonly verdict: Verdict;
  readonly text: string;
  readonly lines: readonly Html[];
};

const more = (all: number, shown: number, place: string): readonly Html[] =>
  all > shown ? [html`<a href="#${place}">and ${all - shown} more</a>`] : [];

const findingsAnswer = (overview: Overview, level: FindingLevel, title: string, verdict: Verdict): Answer => {
  const own = overview.findings.flatMap((finding, index) => (finding.level === level ? [{ finding, index }] : []));
  const [first] = own;
  const lines = own
    .slice(0, SHOWN)
    .map(({ finding, index }) => html`<a href="#${placeOfFinding(index + 1)}"><bdi>${finding.title}</bdi></a>`);
  const next = own[SHOWN];
  return {
    ...{ title, text: levelText(overview, level), verdict: first === undefined ? 'pass' : verdict },
    lines: next === undefined ? lines : [...lines, ...more(own.length, SHOWN, placeOfFinding(next.index + 1))],
  };
};

const endsAnswer = ({ endings, undated, findings }: Overview): Answer => {
  const coming = endings.filter(({ hoursLeft }) => hoursLeft >= 0);
  const ended = endings.length - coming.length;
  const isUrgent = findings.some(({ level, worst }) => level === 'open' && worst.ends !== undefined);
  const over = ended === 0 ? '' : `, ${ended} ended`;
  const unseen = undated.length === 0 ? '' : `, ${undated.length} not seen`;
  return {
    ...{ title: 'Ends first', verdict: isUrgent ? 'fail' : undated.length > 0 ? 'inconclusive' : 'pass' },
    text: `${count(endings.length, 'date')}${over}${unseen}`,
    lines: [
      ...coming.slice(0, SHOWN).map((ending) => html`<bdi>${endingText(ending)}</bdi>`),
      ...more(coming.length, SHOWN, 'ends'),
    ],
  };
};

const accessAnswer = (overview: Overview): Answer => {
  const { counts } = overview.access;
  const wrong = wrongAnswers(overview.access);
  return {
    ...{ title: 'Who may call what', text: accessText(overview) },
    verdict: wrong.length > 0 ? 'fail' : counts.untold > 0 ? 'inconclusive' : counts.waived > 0 ? 'waived' : 'pass',
    lines: [
      ...wrong.slice(0, SHOWN).map((text) => html`<bdi>${text}</bdi>`),
      ...(overview.access.rows.length > 0 ? [html`<a href="#access">the whole table</a>`] : []),
    ],
  };
};

const answerHtml = ({ title, verdict, text, lines }: Answer): Html => html`
<div class="card answer ${verdict}"><h2>${sign(verdict)} ${title}</h2><p>${text}</p><ul>${lines.map((line) => html`<li>${line}</li>`)}</ul></div>`;

export const answers = (overview: Overview): Html => html`
<section class="answers" aria-label="In short">${[
  findingsAnswer(overview, 'open', 'Open', 'fail'),
  findingsAnswer(overview, 'blind', 'Blind', 'inconclusive'),
  endsAnswer(overview),
  accessAnswer(overview),
].map(answerHtml)}</section>`;

/** Null where everything was asked. */
export const unasked = ({ asked }: Overview): Html | null => {
  const all = notAsked(asked);
  return all.length === 0 ? null : html`<p class="soft">Not asked: ${all.join('; ')}.</p>`;
};
