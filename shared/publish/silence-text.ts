/** A silence in words, the same in mail, chat, terminal and page. */
import type { ShownSilence } from '../model/silence.ts';
import { printable } from './text.ts';

/** `until 2027-01-08 23:00 UTC: renewal (by ada)`; an acknowledgement: `until it is closed: …`. */
export const silencedText = ({ until, reason, by }: Pick<ShownSilence, 'until' | 'reason' | 'by'>): string => {
  const when = until === null ? 'until it is closed' : `until ${until.slice(0, 16).replace('T', ' ')} UTC`;
  return `${when}: ${printable(reason, 200)}${by === '' ? '' : ` (by ${printable(by, 100)})`}`;
};

/** `Silenced: endpoint payments, until 2027-01-08 23:00 UTC: renewal (by ada)`; `Known: incident 3f2a, until …`. */
export const silenceLine = (silence: ShownSilence): string => {
  const { endpoint, cause, owner, incident, until } = silence;
  const named = Object.entries({ endpoint, cause, owner, incident }).filter(([, value]) => value !== undefined);
  const what = named.map(([name, value]) => `${name} ${printable(value ?? '', 300)}`).join(', ');
  return `${until === null ? 'Known' : 'Silenced'}: ${what}, ${silencedText(silence)}`;
};
