/** Two cells of each row of docs/reliability.md. `npm run reliability` tries all of them. */
import { describe, expect, test } from 'vitest';
import { FAULT_KINDS } from '../aws/support/fault-kinds.ts';
import { committedPage, PAIRS, type Pair } from '../aws/support/reliability-page.ts';
import { ROWS } from '../aws/support/reliability-rows.ts';
import { cellsOf, differences } from '../aws/support/reliability-sample.ts';
import { canDeploy } from '../aws/support/world.ts';

const tools = await canDeploy();

const TWO: readonly Pair[] = PAIRS.filter(({ row, fault }) => {
  const at = (ROWS.indexOf(row) + FAULT_KINDS.indexOf(fault)) % FAULT_KINDS.length;
  return at === 0 || at === 3;
});

describe.skipIf(!tools.ok)(`what an error of AWS costs${tools.ok ? '' : ` (${tools.reason})`}`, () => {
  test('two faults of each kind of call are as the page says', async () => {
    if (!tools.ok) return;
    expect(TWO).toHaveLength(2 * ROWS.length);
    expect(differences(await committedPage(), await cellsOf(tools.tool, TWO))).toEqual([]);
  }, 1_800_000);
});
