import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readUntil, untilText } from '../../../functions/cli/until.ts';
import { DAY, HOUR, iso, MINUTE } from '../../../shared/model/time.ts';

const zone = process.env['TZ'];
beforeEach(() => {
  process.env['TZ'] = 'Europe/Berlin';
});
afterEach(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

/** A Tuesday, 10:30 in Berlin. */
const NOW = Date.parse('2027-03-23T09:30:00Z');
const at = (text: string, now = NOW) => {
  const until = readUntil(text, now);
  return until === null ? null : iso(until.at);
};

describe('the end of a silence', () => {
  test.each([
    ['30m', NOW + 30 * MINUTE],
    ['2h', NOW + 2 * HOUR],
    ['1h30m', NOW + 90 * MINUTE],
    ['3d', NOW + 3 * DAY],
    ['1w', NOW + 7 * DAY],
  ])('%s from now', (text, end) => {
    expect(at(text)).toBe(iso(end));
  });

  test.each([
    ['today', '2027-03-23T23:00:00.000Z'],
    ['tomorrow', '2027-03-24T23:00:00.000Z'],
    ['friday', '2027-03-26T23:00:00.000Z'],
    ['Fri', '2027-03-26T23:00:00.000Z'],
    ['tuesday', '2027-03-23T23:00:00.000Z'],
    ['monday', '2027-03-29T22:00:00.000Z'],
    ['friday 09:00', '2027-03-26T08:00:00.000Z'],
    // The clocks go forward on the 28th.
    ['sunday', '2027-03-28T22:00:00.000Z'],
    ['2027-03-31', '2027-03-31T22:00:00.000Z'],
    ['2027-03-31T09:00', '2027-03-31T07:00:00.000Z'],
    ['2027-03-31 09:00', '2027-03-31T07:00:00.000Z'],
    ['2027-03-31T09:00Z', '2027-03-31T09:00:00.000Z'],
    ['2027-03-31T09:00:00+05:30', '2027-03-31T03:30:00.000Z'],
  ])('%s, in the time zone of the machine', (text, end) => {
    expect(at(text)).toBe(end);
  });

  test.each([
    '',
    'never',
    'frida',
    '2h later',
    '2 h',
    '5y',
    '2027-02-30',
    '2027-13-01',
    '2027-02-30T09:00Z',
    '2027-03-31T25:00',
    '31.3.2027',
    '1e9',
  ])('%j is none', (text) => {
    expect(readUntil(text, NOW)).toBeNull();
  });

  test('the moment is said, with its zone', () => {
    const [friday, later] = [readUntil('friday', NOW), readUntil('friday 17:00', NOW)];
    expect(friday && untilText(friday)).toBe('the end of Fri 2027-03-26 (Europe/Berlin), 2027-03-26T23:00Z');
    expect(later && untilText(later)).toBe('Fri 2027-03-26 17:00 (Europe/Berlin), 2027-03-26T16:00Z');
  });

  test('a weekday is at most seven days ahead, whenever it is asked for', () => {
    const days = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 * 24 * 60 }), fc.integer({ min: 0, max: 6 }), (minutes, day) => {
        const now = NOW + minutes * MINUTE;
        const end = readUntil(days[day] ?? '', now)?.at ?? 0;
        expect(end).toBeGreaterThan(now);
        expect(end - now).toBeLessThanOrEqual(7 * DAY + HOUR);
        expect(new Date(end - 1).getDay()).toBe(day);
      }),
    );
  });
});
