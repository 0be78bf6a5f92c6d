/** Reads when something ends: a date, a time, a duration or a word, in the time zone of this machine. */
import { DAY, HOUR, type Instant, MINUTE } from '../../shared/model/time.ts';

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const UNITS: Readonly<Record<string, number>> = { m: MINUTE, h: HOUR, d: DAY, w: 7 * DAY };

export const UNTIL_FORMS =
  'a duration (30m, 2h, 3d, 1w), a day (today, tomorrow, friday, 2027-03-31), a day and a time (friday 09:00, 2027-03-31T09:00), or a time with a zone (2027-03-31T09:00Z)';

/** `endOfDay`: whether it was given as a day, whose end it is. */
export type Until = { readonly at: Instant; readonly endOfDay: boolean };

/** Null for what is none of `UNTIL_FORMS`. A day without a time is that whole day; a weekday is the next one, today included; a time of day that is over today is not moved. */
export const readUntil = (text: string, now: Instant): Until | null => {
  const words = text.trim().toLowerCase();
  return durationFrom(words, now) ?? zonedTime(text.trim()) ?? localTime(words, now);
};

const durationFrom = (words: string, now: Instant): Until | null => {
  const parts = [...words.matchAll(/(\d{1,5})([mhdw])/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== words) return null;
  const length = parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (UNITS[unit] ?? 0), 0);
  return { at: now + length, endOfDay: false };
};

const zonedTime = (text: string): Until | null => {
  if (!/^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?([Zz]|[+-]\d{2}:\d{2})$/.test(text)) return null;
  const at = Date.parse(text.replace(' ', 'T').toUpperCase());
  return Number.isNaN(at) || !isDay(text.slice(0, 10)) ? null : { at, endOfDay: false };
};

const localTime = (words: string, now: Instant): Until | null => {
  const [, dayWord = '', hour, minute] = /^([a-z]+|\d{4}-\d{2}-\d{2})(?:[t ](\d{2}):(\d{2}))?$/.exec(words) ?? [];
  const day = dayOf(dayWord, new Date(now));
  if (day === null || Number(hour ?? 0) > 23 || Number(minute ?? 0) > 59) return null;
  const [year, month, date] = day;
  return hour === undefined
    ? { at: new Date(year, month, date + 1).getTime(), endOfDay: true }
    : { at: new Date(year, month, date, Number(hour), Number(minute)).getTime(), endOfDay: false };
};

type Day = readonly [year: number, month: number, date: number];

const dayOf = (word: string, today: Date): Day | null => {
  const ahead = aheadOf(word, today.getDay());
  if (ahead !== null) return [today.getFullYear(), today.getMonth(), today.getDate() + ahead];
  if (!isDay(word)) return null;
  const [year = 0, month = 0, date = 0] = word.split('-').map(Number);
  return [year, month - 1, date];
};

/** Whole names of weekdays, or their first three letters. */
const aheadOf = (word: string, today: number): number | null => {
  if (word === 'today') return 0;
  if (word === 'tomorrow') return 1;
  const weekday = WEEKDAYS.findIndex((name) => name === word || name.slice(0, 3) === word);
  return weekday === -1 ? null : (weekday - today + 7) % 7;
};

const isDay = (text: string): boolean => {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
};

/** `Fri 2027-01-08 17:00 (Europe/Berlin), 2027-01-08T16:00Z`; of a whole day `the end of Fri 2027-01-08 (…), …`. */
export const untilText = ({ at, endOfDay }: Until): string => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const shown = new Date(endOfDay ? at - 1 : at);
  const two = (value: number): string => String(value).padStart(2, '0');
  const weekday = (WEEKDAYS[shown.getDay()] ?? '').slice(0, 3);
  const day = `${weekday.charAt(0).toUpperCase()}${weekday.slice(1)} ${dayText(shown.getTime())}`;
  const time = endOfDay ? '' : ` ${two(shown.getHours())}:${two(shown.getMinutes())}`;
  return `${endOfDay ? 'the end of ' : ''}${day}${time} (${zone}), ${new Date(at).toISOString().slice(0, 16)}Z`;
};

/** `2027-01-08`, here. */
export const dayText = (at: Instant): string => {
  const day = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
};
