/** The four answers that a reader looks for, above everything else. */
import { wrongAnswers } from '../../../shared/overview/access.ts';
import type { Overview } from '../../../shared/overview/overview.ts';
import { accessText, firstEndText, headlineOf, levelText, notAsked } from '../../../shared/overview/overview-words.ts';
import { printable } from '../../../shared/publish/text.ts';
import type { Colors } from './colors.ts';
import { MARKS } from './grid.ts';
import { paint } from './matrix.ts';
import { hanging } from './wrap.ts';

/** Answers that differ from the registry, in words. */
const SHOWN = 3;
const LABEL = 'Ends first  '.length;

export const answersText = (overview: Overview, colors: Colors, width: number): string => {
  const { verdict, text } = headlineOf(overview);
  const line = (label: string, said: string): string =>
    hanging(colors.bold(label.padEnd(LABEL)), LABEL, printable(said), width);
  const wrong = wrongAnswers(overview.access);
  const unasked = notAsked(overview.asked);
  const more = wrong.length > SHOWN ? [`and ${wrong.length - SHOWN} more`] : [];
  return [
    hanging(`${paint(verdict, MARKS[verdict], colors)} `, 2, paint(verdict, text, colors), width),
    '',
    line('Open', levelText(overview, 'open')),
    line('Blind', levelText(overview, 'blind')),
    line('Ends first', firstEndText(overview)),
    line('Admission', accessText(overview)),
    ...[...wrong.slice(0, SHOWN), ...more].map((each) => line('', each)),
    ...(unasked.length === 0 ? [] : [line('Not asked', unasked.join('; '))]),
  ].join('\n');
};
