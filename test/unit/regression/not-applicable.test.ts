import { describe, expect, test } from 'vitest';
import type { CheckResult } from '../../../shared/model/report.ts';
import type { StateItem } from '../../../shared/model/state.ts';
import { advance } from '../../../shared/regression/advance.ts';
import { anUpdate, fail, pass, startOf, unsure } from '../../helpers/judged.ts';

const SHARED = { id: 'payments/resumption', scenario: 'resumption', subject: null } as const;
const CONTROL = pass();
const plannedIds = [CONTROL.id, SHARED.id];

const next = (item: StateItem | null, run: number, results: readonly CheckResult[]) => {
  const isThere = results.some(({ id }) => id === SHARED.id);
  const without = isThere ? [] : [{ ...SHARED, endpoint: 'payments', vantage: 'default' }];
  return advance(item, anUpdate(run, results, { plannedIds, without }), startOf(run));
};

const downFor = (runs: number): StateItem => {
  let item: StateItem | null = null;
  for (let run = 1; run <= runs; run += 1) item = next(item, run, [unsure(), unsure('UNREACHABLE', SHARED)]).item;
  return item as StateItem;
};

describe('a check for which a run has nothing to present', () => {
  test('is over if it had no result because the endpoint was down', () => {
    const { item, transitions } = next(downFor(2), 3, [CONTROL]);
    expect(transitions.map(({ check, kind, ended }) => [check, kind, ended])).toEqual([
      [SHARED.id, 'recovery', 'not-applicable'],
      [CONTROL.id, 'recovery', undefined],
    ]);
    expect(Object.keys(item.checks)).toEqual([CONTROL.id]);
  });

  test('says nothing before it was announced, and nothing twice', () => {
    expect(next(downFor(1), 2, [CONTROL]).transitions).toEqual([]);
    expect(next(next(downFor(2), 3, [CONTROL]).item, 4, [CONTROL]).transitions).toEqual([]);
  });

  test('stays open if it failed', () => {
    const open = next(null, 1, [CONTROL, fail('ACCEPTED_RESUMPTION', SHARED)]).item;
    const { item, transitions } = next(open, 2, [CONTROL]);
    expect(transitions).toEqual([]);
    expect(item.checks[SHARED.id]?.announced?.level).toBe('failing');
  });

  test('is not taken back by a late run', () => {
    const { item } = next(null, 5, [unsure(), unsure('UNREACHABLE', SHARED)]);
    const down = next(item, 6, [unsure(), unsure('UNREACHABLE', SHARED)]).item;
    expect(next(down, 4, [CONTROL]).transitions).toEqual([]);
  });
});
