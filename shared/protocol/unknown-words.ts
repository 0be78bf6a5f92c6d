/** The meaning of an answer in a protocol that the monitor does not know, by words that many line protocols share. */
import type { Meaning } from '../model/probe.ts';

/** RFC 5321 §4.2.2 and RFC 959 §4.2 (421: closing the channel), RFC 5321 §3.1 (554: no service here), RFC 3501 §7.1.5 (BYE). */
const TURNED_AWAY = /^(421|554)[ -]|^\* BYE\b/;
/** How Postfix refuses a client certificate: a 421, and then the greeting that every client gets (smtpd_tls_req_ccert). */
const REFUSED_THEN_GREETED = /^421[ -][\s\S]*\n220[ -]/;
const END_OF_LINE = /\r?\n/;

/** `isExpecting`: whether the registry names `tls.expect`. `foundAt`: the index at which it matched; null where it did not. */
export const meaningOf = (body: string, isExpecting: boolean, foundAt: number | null): Meaning => {
  const isLater = foundAt !== 0;
  if (isLater && REFUSED_THEN_GREETED.test(body)) return 'refuses';
  if (isLater && TURNED_AWAY.test(body)) return 'unclear';
  if (!isExpecting) return 'asks';
  return foundAt === null ? 'unclear' : 'serves';
};

/** Characters of a lead-in that are compared. */
const LONGEST = 1024;
/** A reply code, a tag or a command, which are the same in every connection. */
const WORD = /^(\d{3}(?=[ -]|$)|[+*-]?[A-Za-z]{0,8}(?=\s|$))/;
const SECOND_WORD = /^\S+ ([A-Z]{2,8})\b/;
/** Turns digits into letters: comparisons leave numbers out, and a reply code must be compared. */
const letters = (word: string): string => word.replace(/\d/g, (digit) => 'abcdefghij'.charAt(Number(digit)));
const shapeOf = (line: string): string =>
  letters(`${WORD.exec(line)?.[0] ?? '?'} ${SECOND_WORD.exec(line)?.[1] ?? ''}`).trim();

/** The kinds of lines before the match, as text: equal for lines of the same kinds, empty for none. */
export const leadIn = (before: string): string => {
  if (before === '') return '';
  const shapes = before.slice(0, LONGEST).split(END_OF_LINE).map(shapeOf);
  return ` behind ${shapes.filter((shape, at) => shape !== shapes[at - 1]).join('/')}`;
};
