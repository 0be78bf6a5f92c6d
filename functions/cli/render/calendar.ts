/** What ends as a calendar (RFC 5545): a whole day for each end that is to come. */
import { createHash } from 'node:crypto';
import type { Ending } from '../../../shared/model/expiry.ts';
import type { Instant } from '../../../shared/model/time.ts';
import { andMore, endingName } from '../../../shared/overview/overview-words.ts';
import { printable } from '../../../shared/publish/text.ts';

/** §3.1: octets of a line, its line break left out. A line that goes on begins with a space. */
const OCTETS = 75;
/** Endpoints that a description names. */
const NAMED = 20;

/** §3.3.11. */
const text = (value: string): string => printable(value).replace(/[\\;,]/g, (character) => `\\${character}`);

/** A character is never split. */
const folded = (line: string): string => {
  const lines: string[] = [];
  let [current, left] = ['', OCTETS];
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (size > left) {
      lines.push(current);
      [current, left] = ['', OCTETS - 1];
    }
    current += character;
    left -= size;
  }
  return [...lines, current].join('\r\n ');
};

const stamp = (instant: Instant): string => new Date(instant).toISOString().replace(/[-:]|\.\d+/g, '');

/** The same for the same end: a calendar that is read again has each once. */
const uidOf = ({ kind, name, of, at }: Ending): string =>
  `${createHash('sha256')
    .update(JSON.stringify([kind, name, of, at]))
    .digest('hex')
    .slice(0, 32)}@mtls-monitor`;

const event = (ending: Ending, madeAt: Instant): readonly string[] => [
  'BEGIN:VEVENT',
  `UID:${uidOf(ending)}`,
  `DTSTAMP:${stamp(madeAt)}`,
  `DTSTART;VALUE=DATE:${ending.at.slice(0, 10).replaceAll('-', '')}`,
  'TRANSP:TRANSPARENT',
  `SUMMARY:${text(`${endingName(ending)} ends`)}`,
  `DESCRIPTION:${text(`At ${ending.at}.${ending.endpoints.length === 0 ? '' : ` Served by ${andMore(ending.endpoints.slice(0, NAMED), ending.endpoints.length)}.`}`)}`,
  'END:VEVENT',
];

/** `madeAt`: when the ends were seen. */
export const calendar = (endings: readonly Ending[], madeAt: Instant): string =>
  [
    ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//mtls-monitor//expiry//EN', 'X-WR-CALNAME:mTLS expiry'],
    ...endings.filter(({ hoursLeft }) => hoursLeft >= 0).flatMap((ending) => event(ending, madeAt)),
    'END:VCALENDAR',
  ]
    .map((line) => `${folded(line)}\r\n`)
    .join('');
