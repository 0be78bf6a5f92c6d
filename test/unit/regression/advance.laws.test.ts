import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CheckResult } from '../../../shared/model/report.ts';
import type { Level, StateItem, Transition } from '../../../shared/model/state.ts';
import { advance } from '../../../shared/regression/advance.ts';
import { impliedLevel } from '../../../shared/regression/level.ts';
import { windowOf } from '../../../shared/regression/recent.ts';
import type { Update } from '../../../shared/regression/update.ts';
import { explain } from '../../../shared/verdict/explain/codes.ts';
import { anUpdate, fail, open, pass, startOf, unsure, waived } from '../../helpers/judged.ts';

const result = fc.constantFrom(
  pass(),
  waived(),
  open(),
  fail('SERVED_CHAIN_EXPIRES_SOON', { severity: 'warning' }),
  fail('SERVED_CHAIN_EXPIRES_SOON', { severity: 'critical' }),
  fail('SERVED_CHAIN_EXPIRED'),
  fail('CONTROL_REJECTED'),
  fail('IDENTITY_UNUSABLE', { severity: 'warning' }),
  unsure('UNREACHABLE'),
  unsure('TIMED_OUT'),
  unsure('IDENTITY_UNUSABLE'),
);
const settings = fc.record({
  settleAfter: fc.integer({ min: 1, max: 4 }),
  remindAfter: fc.constantFrom(startOf(3), startOf(1000)),
});
/** Runs in any order, some of them twice. */
const shuffled = fc.array(fc.record({ run: fc.integer({ min: 1, max: 12 }), result }), { maxLength: 40 });
const inOrder = fc
  .array(result, { maxLength: 30 })
  .map((results) => results.map((one, at) => ({ run: at + 1, result: one })));

type Seen = {
  readonly run: number;
  readonly result: CheckResult;
  readonly before: StateItem | null;
  readonly item: StateItem;
  readonly changed: boolean;
  readonly transitions: readonly Transition[];
};

/** As production does it: what has not changed is not stored. */
const play = (
  runs: readonly { readonly run: number; readonly result: CheckResult }[],
  own: Partial<Update>,
): readonly Seen[] => {
  let item: StateItem | null = null;
  return runs.map(({ run, result }) => {
    const before = item;
    const next = advance(before, anUpdate(run, [result], own), startOf(run));
    if (next.changed) item = next.item;
    return { run, result, before, ...next };
  });
};
const stateOf = (item: StateItem | null, { id }: CheckResult) => item?.checks[id] ?? null;

const repeated = (one: CheckResult, from: number, times: number) =>
  Array.from({ length: times }, (_, at) => ({ run: from + at, result: one }));
const isFlapping = (seen: readonly Seen[], of: CheckResult): boolean =>
  stateOf(seen.at(-1)?.item ?? null, of)?.recent?.flapping ?? false;

/** What somebody believes who reads every notification and knows the waivers. */
const readerBelieves = (seen: readonly Seen[]): Level =>
  seen.reduce<Level>((level, { result, transitions, item }) => {
    const taken = stateOf(item, result)?.candidate === 'waived';
    return transitions.reduce<Level>(
      (now, { kind, code }) => {
        if (kind === 'reminder' || kind === 'change') return now;
        if (kind === 'recovery' || kind === 'closing') return 'ok';
        const blind = kind === 'blind' || (kind === 'flapping' && explain(code)?.verdict === 'inconclusive');
        return impliedLevel({ verdict: blind ? 'inconclusive' : 'fail', code });
      },
      taken ? 'ok' : level,
    );
  }, 'ok');

describe('laws', () => {
  test('never the same twice in a row, reminders and waivers apart', () => {
    fc.assert(
      fc.property(shuffled, settings, (runs, chosen) => {
        let last = '';
        for (const {
          result: { verdict },
          changed,
          transitions,
        } of play(runs, { settings: chosen })) {
          if (verdict === 'waived' && changed) last = '';
          for (const { kind, code, severity } of transitions.filter((one) => one.kind !== 'reminder')) {
            const said = `${kind} ${code} ${severity}`;
            expect(said).not.toBe(last);
            last = said;
          }
        }
      }),
    );
  });

  test('an inconclusive verdict never moves the baseline', () => {
    fc.assert(
      fc.property(shuffled, settings, (runs, chosen) => {
        for (const { result, before, item } of play(runs, { settings: chosen })) {
          if (result.verdict !== 'inconclusive') continue;
          expect(stateOf(item, result)?.baseline ?? null).toBe(stateOf(before, result)?.baseline ?? null);
        }
      }),
    );
  });

  test('a forbidden acceptance is told in the very run that sees it, unless it was told already', () => {
    fc.assert(
      fc.property(inOrder, settings, (runs, chosen) => {
        for (const { result, before, transitions } of play(runs, { settings: chosen })) {
          if (result.code !== 'ACCEPTED_NO_CERTIFICATE' || result.verdict !== 'fail') continue;
          const announced = stateOf(before, result)?.announced ?? null;
          const known = announced?.level === 'failing' && announced.code === result.code;
          const kinds = transitions.map(({ kind }) => kind);
          expect(kinds.filter((kind) => kind !== 'reminder')).toEqual(known ? [] : ['regression']);
        }
      }),
    );
  });

  test('a waived check tells nothing but the end of what was announced', () => {
    fc.assert(
      fc.property(shuffled, settings, (runs, chosen) => {
        for (const { result, before, transitions } of play(runs, { settings: chosen })) {
          if (result.verdict !== 'waived') continue;
          const level = stateOf(before, result)?.announced?.level ?? 'ok';
          const told = transitions.map(({ kind, ended }) => `${kind} ${ended}`);
          if (level === 'ok') expect(told).toEqual([]);
          else expect([[], ['closing waived']]).toContainEqual(told);
        }
      }),
    );
  });

  test('everything that was told is due, once, in order, and the reader believes what the state says', () => {
    fc.assert(
      fc.property(shuffled, settings, (runs, chosen) => {
        const seen = play(runs, { settings: chosen });
        const told = seen.flatMap(({ transitions }) => transitions.map(({ id }) => id));
        const item = seen.at(-1)?.item;
        expect(item?.due.map(({ transition: { id } }) => id) ?? []).toEqual(told);
        expect(new Set(told).size).toBe(told.length);
        const starts = item?.due.map(({ transition: { runStartedAt } }) => runStartedAt) ?? [];
        expect(starts).toEqual(starts.toSorted((a, b) => a - b));
        expect(stateOf(item ?? null, pass())?.announced?.level ?? 'ok').toBe(readerBelieves(seen));
      }),
    );
  });

  test('whatever was before, the same result for `settleAfter` runs is believed, unless it came and went before', () => {
    fc.assert(
      fc.property(inOrder, result, settings, (runs, last, chosen) => {
        const seen = play([...runs, ...repeated(last, runs.length + 1, chosen.settleAfter)], { settings: chosen });
        const level = impliedLevel(last);
        if (level === 'failing' || !isFlapping(seen, last)) expect(readerBelieves(seen)).toBe(level);
      }),
    );
  });

  test('whatever was before, the same result for a whole window is believed', () => {
    fc.assert(
      fc.property(inOrder, result, settings, (runs, last, chosen) => {
        const window = windowOf(chosen.settleAfter);
        const seen = play([...runs, ...repeated(last, runs.length + 1, window)], { settings: chosen });
        expect(readerBelieves(seen)).toBe(impliedLevel(last));
        expect(isFlapping(seen, last)).toBe(false);
      }),
    );
  });

  test('trouble of any kind for `settleAfter` runs is told', () => {
    const trouble = fc.constantFrom(fail('CONTROL_REJECTED'), unsure('UNREACHABLE'), unsure('TIMED_OUT'));
    fc.assert(
      fc.property(settings, fc.infiniteStream(trouble), (chosen, troubles) => {
        const runs = [...troubles.take(chosen.settleAfter)].map((one, at) => ({ run: at + 2, result: one }));
        const told = play([{ run: 1, result: pass() }, ...runs], { settings: chosen }).flatMap(
          (one) => one.transitions,
        );
        expect(told).toHaveLength(1);
      }),
    );
  });

  test('a run no later than the last one written changes nothing', () => {
    fc.assert(
      fc.property(shuffled, settings, (runs, chosen) => {
        for (const { run, result, before, changed, item } of play(runs, { settings: chosen })) {
          const last = stateOf(before, result);
          if (last !== null && startOf(run) <= last.lastRunStartedAt) expect([changed, item]).toEqual([false, before]);
        }
      }),
    );
  });

  test('runs in order, each possibly delivered again at once, tell the same as each once', () => {
    fc.assert(
      fc.property(inOrder, fc.infiniteStream(fc.boolean()), settings, (runs, again, chosen) => {
        const ids = (seen: readonly Seen[]) => seen.flatMap(({ transitions }) => transitions.map(({ id }) => id));
        const doubled = runs.flatMap((run) => (again.next().value ? [run, run] : [run]));
        expect(ids(play(doubled, { settings: chosen }))).toEqual(ids(play(runs, { settings: chosen })));
      }),
    );
  });
});
