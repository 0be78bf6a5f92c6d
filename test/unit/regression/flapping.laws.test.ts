import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CheckResult } from '../../../shared/model/report.ts';
import type { StateItem, Transition } from '../../../shared/model/state.ts';
import { advance } from '../../../shared/regression/advance.ts';
import { windowOf } from '../../../shared/regression/recent.ts';
import { anUpdate, fail, open, pass, startOf, unsure } from '../../helpers/judged.ts';

const NEVER = startOf(100_000);
const settleAfter = fc.integer({ min: 1, max: 6 });
/** What waits for `settleAfter` runs. */
const slow = fc.constantFrom(fail('CONTROL_REJECTED'), unsure('UNREACHABLE'), unsure('TIMED_OUT'));
const trouble = fc.oneof(slow, fc.constantFrom(open(), fail('SERVED_CHAIN_EXPIRED'), unsure('IDENTITY_UNUSABLE')));

/** One result a run. What has not changed is not stored, as in production. */
const play = (results: readonly CheckResult[], settle: number) => {
  let item: StateItem | null = null;
  const believed: string[] = [];
  const told: (readonly Transition[])[] = [];
  for (const [at, result] of results.entries()) {
    const settings = { settleAfter: settle, remindAfter: NEVER };
    const next = advance(item, anUpdate(at + 1, [result], { settings }), startOf(at + 1));
    if (next.changed) item = next.item;
    told.push(next.transitions);
    believed.push(item?.checks[result.id]?.announced?.level ?? 'ok');
  }
  return { item, told, believed, kinds: told.flat().map(({ kind }) => kind) };
};
const times = (count: number, one: CheckResult) => Array.from({ length: count }, () => one);

/** Segments of one to three runs, right and wrong in turns. */
const segments = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 6, maxLength: 40 });
const inTurns = (lengths: readonly number[], one: CheckResult) =>
  lengths.flatMap((length, at) => times(length, at % 2 === 0 ? one : pass()));

describe('a check that comes and goes', () => {
  test('is announced within any window of which half was trouble, whatever was before', () => {
    const run = fc.oneof(trouble, fc.constant(pass()));
    fc.assert(
      fc.property(
        fc.array(run, { maxLength: 20 }),
        settleAfter.chain((settle) => fc.tuple(fc.constant(settle), fc.array(run, bounds(windowOf(settle))))),
        (before, [settle, window]) => {
          fc.pre(window.filter(({ verdict }) => verdict !== 'pass').length >= window.length / 2);
          const { believed } = play([...before, ...window], settle);
          expect(believed.slice(before.length)).not.toEqual(times(window.length, pass()).map(() => 'ok'));
        },
      ),
      { numRuns: 500 },
    );
  });

  test('is opened twice and closed once at the most, however often it changes', () => {
    fc.assert(
      fc.property(segments, trouble, settleAfter, (lengths, one, settle) => {
        const { kinds } = play(inTurns(lengths, one), settle);
        expect(kinds.filter((kind) => kind === 'recovery').length).toBeLessThanOrEqual(1);
        expect(kinds.filter((kind) => kind !== 'recovery').length).toBeLessThanOrEqual(2);
      }),
    );
  });

  test('however its troubles are mixed, no more is told than each time that it gets worse or another code', () => {
    fc.assert(
      fc.property(segments, fc.infiniteStream(slow), settleAfter, (lengths, troubles, settle) => {
        const results = inTurns(lengths, fail('CONTROL_REJECTED')).map((one) =>
          one.verdict === 'pass' ? one : (troubles.next().value ?? one),
        );
        expect(play(results, settle).kinds.length).toBeLessThanOrEqual(5);
      }),
    );
  });

  test('recovers once, when a whole window was right and not before', () => {
    fc.assert(
      fc.property(segments, trouble, settleAfter, (lengths, one, settle) => {
        const flapping = inTurns(lengths, one);
        const before = play(flapping, settle);
        fc.pre(before.item?.checks[one.id]?.recent?.flapping === true && before.believed.at(-1) !== 'ok');
        const rights = flapping.at(-1)?.verdict === 'pass' ? (lengths.at(-1) ?? 0) : 0;
        const { told } = play([...flapping, ...times(3 * windowOf(settle), pass())], settle);
        const after = told.slice(flapping.length).map((some) => some.map(({ kind }) => kind));
        expect(after.flat()).toEqual(['recovery']);
        expect(after.findIndex((some) => some.length > 0)).toBe(windowOf(settle) - rights - 1);
      }),
    );
  });

  test('forgets it all then: an outage of later is told at once and so is its end', () => {
    fc.assert(
      fc.property(segments, slow, settleAfter, (lengths, one, settle) => {
        const past = [...inTurns(lengths, one), ...times(windowOf(settle), pass())];
        const { told } = play([...past, ...times(settle, one), pass()], settle);
        const later = told.slice(past.length).map((some) => some.map(({ kind }) => kind));
        expect(later.flat()).toEqual([one.verdict === 'fail' ? 'regression' : 'blind', 'recovery']);
        expect(later.at(-1)).toEqual(['recovery']);
      }),
    );
  });
});

const bounds = (length: number) => ({ minLength: length, maxLength: length });

describe('what is not announced', () => {
  test('a check that is right, and costs no write', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), settleAfter, (length, settle) => {
        const { item, kinds } = play(times(length, pass()), settle);
        expect([kinds, item?.checks[pass().id]?.recent]).toEqual([[], undefined]);
      }),
    );
  });

  test('one trouble in each window of eight runs, where it has to last for two', () => {
    const gaps = fc.array(fc.integer({ min: 7, max: 20 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(gaps, slow, fc.integer({ min: 2, max: 4 }), (lengths, one, settle) => {
        const blips = lengths.flatMap((length) => [one, ...times(length, pass())]);
        expect(play(blips, settle).kinds).toEqual([]);
      }),
    );
  });
});
