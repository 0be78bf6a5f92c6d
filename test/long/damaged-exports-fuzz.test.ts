/** Twenty thousand damages of exports of every reader: no crash, nothing else lost, and every reading fits its schema. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  beside,
  damagedBeside,
  damagedFile,
  EXPORTS,
  faultsOf,
  readFiles,
  saidOf,
} from '../helpers/exports/damage-laws.ts';
import { damagedText } from '../helpers/exports/damaged-parts.ts';
import { TEXT_EXPORTS } from '../helpers/exports/text-exports.ts';

/** For each export, in milliseconds: what is slow is not run as often. */
const BUDGET = 5_000;
const RUNS = { numRuns: 800, interruptAfterTimeLimit: BUDGET, markInterruptAsFailure: false };

test.each(EXPORTS.map((each) => [`${each.reader}, ${each.what}`, each] as const))('%s', (_, source) => {
  const sound = saidOf('bravo', readFiles(beside(source)));
  fc.assert(
    fc.property(damagedBeside(source), (text) => {
      const reading = readFiles(text);
      expect(faultsOf(reading, [text])).toEqual([]);
      expect(saidOf('bravo', reading)).toEqual(sound);
    }),
    RUNS,
  );
  fc.assert(
    fc.property(damagedFile(source), (text) => {
      expect(faultsOf(readFiles(text), [text])).toEqual([]);
    }),
    { numRuns: 40 },
  );
});

test.each(TEXT_EXPORTS)('$reader', ({ text }) => {
  fc.assert(
    fc.property(damagedText(text('alpha')), (damaged) => {
      const { problems } = readFiles(damaged);
      expect(problems.filter(({ at }) => at.file === null)).toEqual([]);
    }),
    RUNS,
  );
});
