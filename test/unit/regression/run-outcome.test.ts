import { describe, expect, test } from 'vitest';
import type { StateItem } from '../../../shared/model/state.ts';
import { type Advanced, advance } from '../../../shared/regression/advance.ts';
import { runKey, runOutcome } from '../../../shared/regression/run-outcome.ts';
import { anUpdate, startOf } from '../../helpers/judged.ts';

const run = { id: '01JD', schedule: 'default', suite: 'enforcement' } as const;

describe('a run judges itself', () => {
  test('completed', () => {
    expect(runOutcome(run, [])).toMatchObject({
      id: 'run/default/enforcement',
      verdict: 'pass',
      code: 'RUN_COMPLETED',
      scenario: null,
    });
  });
  test('with problems: inconclusive, with each named', () => {
    expect(runOutcome(run, ['Batch 3 left no result.', 'Batch 7 left no result.'])).toMatchObject({
      verdict: 'inconclusive',
      code: 'RUN_INCOMPLETE',
      severity: 'warning',
      cause: 'RUN_INCOMPLETE',
      message: expect.stringMatching(/Batch 3 .*Batch 7/),
    });
  });
  test('with many: the first and a count', () => {
    const { message } = runOutcome(
      run,
      Array.from({ length: 500 }, (_, batch) => `Batch ${batch} left no result.`),
    );
    expect(message.length).toBeLessThan(1000);
    expect(message).toContain('480 more');
  });
  test('runs do not flap: each that was not finished is told, and each end of that', () => {
    let item: StateItem | null = null;
    const kinds = [];
    for (const at of [1, 2, 3, 4, 5, 6]) {
      const next: Advanced = advance(
        item,
        anUpdate(at, [], { results: [runOutcome(run, at % 2 === 0 ? [] : ['Batch 3 left no result.'])] }),
        startOf(at),
      );
      item = next.item;
      kinds.push(...next.transitions.map(({ kind }) => kind));
    }
    expect(kinds).toEqual(['blind', 'recovery', 'blind', 'recovery', 'blind', 'recovery']);
  });
  test('a blind area is told again when it is twice as large, and not for one endpoint more', () => {
    let item: StateItem | null = null;
    const told: string[] = [];
    for (const [at, notChecked] of [200, 200, 350, 400, 100, 1700].entries()) {
      const results = [runOutcome(run, ['Batch 3 left no result.'], notChecked)];
      const next: Advanced = advance(item, anUpdate(at + 1, [], { results }), startOf(at + 1));
      item = next.item;
      told.push(...next.transitions.map(({ kind }) => `${kind} ${notChecked}`));
    }
    expect(told).toEqual(['blind 200', 'blind 400', 'blind 1700']);
  });
  test('a run of every schedule has a key of its own', () => {
    expect(runKey({ schedule: null, suite: 'all' })).toBe('run/all/all');
  });
});
