/** Compares an answer with the answers of the controls, and quotes the first words that differ. */
import type { Answer } from '../../model/probe.ts';
import { shown } from '../../protocol/speaker.ts';
import { isSameAnswer, withoutNumbers } from '../classify/same-answer.ts';
import type { Lane } from './trial.ts';

const SHOWN = 80;
const END_OF_LINE = /\r?\n/;
/** A reply code is no number. */
const skeleton = (line: string): string => `${/^\d{3}(?=[ -])/.exec(line)?.[0] ?? ''}|${withoutNumbers(line)}`;

/** The first words of `text` that differ from `other` in more than numbers, escaped, 80 characters at most; null where none differ. */
export const partingOf = (text: string, other: string): string | null => {
  const [own, others] = [text.split(END_OF_LINE), other.split(END_OF_LINE)];
  const at = own.findIndex((line, index) => skeleton(line) !== skeleton(others[index] ?? ''));
  const [line = '', beside = ''] = [own[at], others[at]];
  if (at < 0 || line === '') return null;
  let common = 0;
  while (common < line.length && line[common] === beside[common]) common += 1;
  const start = line.lastIndexOf(' ', common) + 1;
  return `${start > 0 ? '…' : ''}${shown(line.slice(start), SHOWN)}`;
};

/** A parenthesis that quotes the difference, to be appended to a sentence; empty where the texts do not differ in words, or one is empty. */
export const partingText = (answer: Answer | null, control: Answer | null): string => {
  if (answer === null || control === null || control.body === '') return '';
  const parting = partingOf(answer.body, control.body);
  return parting === null ? '' : ` (where it parts from the control’s: "${parting}")`;
};

type Controls = Pick<Lane, 'control'> & Partial<Pick<Lane, 'closingControl' | 'controlAmong'>>;

/** The answers of the accepted controls, the first control first: two answers to one client may differ as much as these do. */
const answersOf = ({ control, controlAmong, closingControl }: Controls): readonly Answer[] =>
  [control, controlAmong, closingControl].flatMap((each) =>
    each?.outcome.kind === 'accepted' && each.observation.answer !== null ? [each.observation.answer] : [],
  );

const isSameText = (one: Answer, other: Answer): boolean =>
  one.body.split(END_OF_LINE).map(skeleton).join('\n') === other.body.split(END_OF_LINE).map(skeleton).join('\n');

/**
 * How an answer differs from those of two controls or more that agree with one another: `words` or, where they agree to the last digit, `numbers`.
 * Null where it does not, where the controls differ too (a page of metrics), and where there is only one.
 */
export const unlikeControls = (answer: Answer | null, controls: Controls): 'words' | 'numbers' | null => {
  const [first, ...others] = answersOf(controls);
  if (answer === null || first === undefined || others.length === 0 || answer.body === first.body) return null;
  const like = (alike: typeof isSameText) => others.every((each) => alike(first, each));
  if (!isSameAnswer(answer, first) || !isSameText(answer, first))
    return like((one, other) => isSameAnswer(one, other) && isSameText(one, other)) ? 'words' : null;
  return like((one, other) => one.body === other.body) ? 'numbers' : null;
};
