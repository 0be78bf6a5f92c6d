/** Some cells of docs/reliability.md, of each fault. `npm run reliability` tries all of them. */
import { describe, expect, test } from 'vitest';
import { FAULT_KINDS } from '../aws/support/fault-kinds.ts';
import { committedPage, PAIRS, type Pair } from '../aws/support/reliability-page.ts';
import { cellsOf, differences } from '../aws/support/reliability-sample.ts';
import { canDeploy } from '../aws/support/world.ts';

const tools = await canDeploy();

const SAMPLE: readonly Pair[] = PAIRS.filter((_, at) => at % 29 === 4);

describe.skipIf(!tools.ok)(`what an error of AWS costs${tools.ok ? '' : ` (${tools.reason})`}`, () => {
  test('a part of the cells, with each fault and of all functions, is as the page says', async () => {
    if (!tools.ok) return;
    expect(new Set(SAMPLE.map(({ fault }) => fault)).size).toBe(FAULT_KINDS.length);
    expect(new Set(SAMPLE.map(({ row }) => row.by)).size).toBe(3);
    expect(differences(await committedPage(), await cellsOf(tools.tool, SAMPLE))).toEqual([]);
  }, 1_800_000);
});
