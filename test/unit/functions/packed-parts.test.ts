// A part comes back as it was kept, whatever the first one was like, and parts that are alike take little memory.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packedParts } from '../../../functions/process/packed-parts.ts';
import type { ReportPart } from '../../../shared/model/report.ts';

const NOTHING: ReportPart = { checks: [], servedChains: [] };
/** Only what JSON can hold matters here. */
const partOf = (texts: readonly string[]): ReportPart => ({
  ...NOTHING,
  checks: texts as unknown as ReportPart['checks'],
});

test('each part comes back, in whatever order they were kept', () => {
  const texts = fc.array(fc.string({ unit: 'binary', maxLength: 200 }), { maxLength: 8 });
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.nat({ max: 20 })),
      fc.array(texts, { minLength: 21, maxLength: 21 }),
      (order, all) => {
        const parts = packedParts(() => {});
        for (const index of order) parts.keep(index, partOf(all[index] ?? []));
        for (let index = 0; index <= 20; index += 1)
          expect(parts.part(index)).toEqual(order.includes(index) ? partOf(all[index] ?? []) : NOTHING);
      },
    ),
  );
});

test('a part longer than a piece of memory, first or last', () => {
  const long = partOf([Array.from({ length: 400_000 }, (_, at) => (at * 2_654_435_761) % 4_294_967_296).join()]);
  const short = partOf(['short']);
  for (const order of [
    [long, short],
    [short, long],
  ] as const) {
    const parts = packedParts(() => {});
    for (const [index, part] of order.entries()) parts.keep(index, part);
    expect([parts.part(0), parts.part(1)]).toEqual(order);
  }
});
