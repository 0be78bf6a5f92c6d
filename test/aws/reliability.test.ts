/** Some cells of docs/reliability.md are as the page says; `test/long/every-fault.test.ts` tries more. */
import { describe, expect, test } from 'vitest';
import { committedPage, missingIn, PAIRS, type Pair } from './support/reliability-page.ts';
import { cellsOf, differences } from './support/reliability-sample.ts';
import { canDeploy } from './support/world.ts';

const tools = await canDeploy();

/** One cell of each function; the longer test has more. */
const SAMPLE: readonly Pair[] = PAIRS.filter((_, at) => at % 89 === 0);

describe.skipIf(!tools.ok)(`what an error of AWS costs${tools.ok ? '' : ` (${tools.reason})`}`, () => {
  test('the sample has every function', () => {
    expect(new Set(SAMPLE.map(({ row }) => row.by)).size).toBe(3);
  });

  test('a part of the cells is as the page says (npm run reliability writes it)', async () => {
    if (!tools.ok) return;
    expect(differences(await committedPage(), await cellsOf(tools.tool, SAMPLE))).toEqual([]);
  }, 600_000);

  test('no cell of the page is untried', async () => {
    expect(missingIn(await committedPage())).toEqual([]);
  });
});
