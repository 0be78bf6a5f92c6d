import { describe, expect, test } from 'vitest';
import { NoTimeLeft, timesOf } from '../../../functions/probe/times.ts';

const [ENTERED, SECOND] = [Date.parse('2026-11-30T12:00:00Z'), 1000];
const at = (seconds: number, remaining = 290) => {
  const { probing, state } = timesOf(ENTERED + seconds * SECOND, remaining * SECOND, new Date(ENTERED).toISOString());
  return { probing: (probing - ENTERED) / SECOND, state: (state - ENTERED) / SECOND };
};

describe('the time of one try at a batch', () => {
  test('the first try has what its function has, less what comes after the last connection', () => {
    expect(at(0)).toEqual({ probing: 260, state: 280 });
  });
  test('a second try ends with the child of the map, not with its own function', () => {
    expect(at(100)).toEqual({ probing: 260, state: 280 });
  });
  test('one that comes after a function was killed at its limit fails at once', () => {
    expect(() => at(292)).toThrow(NoTimeLeft);
    expect(() => at(231)).toThrow(NoTimeLeft);
    expect(at(230).probing).toBe(260);
  });
  test('a state machine of the version before names no time', () => {
    expect(timesOf(0, 290_000, undefined)).toEqual({ probing: 260_000, state: 280_000 });
  });
});
