import { expect, test } from 'vitest';
import { DAY, HOUR } from '../../../shared/model/time.ts';
import { isNextStep } from '../../../shared/regression/expiry-ladder.ts';

const END = 100 * DAY;

/** Days before the end at which people are told, if the first telling is `first` days before it and a run looks every hour. */
const toldFrom = (first: number): readonly number[] => {
  const told = [END - first * DAY];
  for (let now = END - first * DAY; now < END; now += HOUR) if (isNextStep(END, told.at(-1) ?? 0, now)) told.push(now);
  return told.map((at) => Math.round((END - at) / DAY));
};

test('each step is told once, in the first run after it', () => {
  expect(toldFrom(60)).toEqual([60, 30, 14, 7, 3, 1]);
  expect(toldFrom(23)).toEqual([23, 14, 7, 3, 1]);
});

test('a step just after the first telling is left out', () => {
  expect(toldFrom(7.4)).toEqual([7, 3, 1]);
  expect(toldFrom(7.6)).toEqual([8, 7, 3, 1]);
});

test('what lives for a day has no steps', () => {
  expect(toldFrom(0.25)).toEqual([0]);
});
