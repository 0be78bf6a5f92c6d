/** docs/reliability.md as a whole: every kind of call that the functions make, with every fault. */
import { expect, test } from 'vitest';
import { startEmulator } from '../aws/support/emulator.ts';
import { startFleet } from '../aws/support/reliability-cells.ts';
import { committedPage, PAIRS, pageOf, tellAll, unlisted } from '../aws/support/reliability-page.ts';
import { wrongIn } from '../aws/support/reliability-text.ts';
import { canDeploy } from '../aws/support/world.ts';
import { pkiOnDisk } from '../helpers/pki.ts';

const tools = await canDeploy();

test.skipIf(!tools.ok)('the page is what comes out', { timeout: 2_400_000 }, async () => {
  if (!tools.ok) return;
  const emulator = await startEmulator(tools.tool, true);
  const pki = await pkiOnDisk();
  const fleet = await startFleet({ emulator, pki });
  try {
    const told = await tellAll(fleet, PAIRS);
    expect(told.flatMap(wrongIn)).toEqual([]);
    expect(unlisted(told)).toEqual([]);
    expect(await committedPage()).toBe(pageOf(told));
  } finally {
    await fleet.stop();
    pki.remove();
    await emulator.stop();
  }
});
