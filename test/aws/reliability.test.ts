/** Some cells of docs/reliability.md: each kind of call with one fault, each fault with some calls. `npm run test:long` tries them all. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pkiOnDisk } from '../helpers/pki.ts';
import { startEmulator } from './support/emulator.ts';
import { FAULT_KINDS } from './support/fault-kinds.ts';
import { type Fleet, startFleet } from './support/reliability-cells.ts';
import { cellIn, committedPage, type Pair, tellAll, unlisted } from './support/reliability-page.ts';
import { ROWS } from './support/reliability-rows.ts';
import { textOf, wrongIn } from './support/reliability-text.ts';
import { canDeploy } from './support/world.ts';

const tools = await canDeploy();
/** Without those that only wait. */
const QUICK = FAULT_KINDS.filter(({ name }) => name !== 'slow' && name !== '5xx');
const some: readonly Pair[] = ROWS.flatMap((row, at) => {
  const fault = QUICK[at % QUICK.length];
  return fault === undefined ? [] : [{ row, fault }];
});

let fleet: Fleet;

describe.skipIf(!tools.ok)(`reliability${tools.ok ? '' : ` (${tools.reason})`}`, () => {
  beforeAll(async () => {
    if (!tools.ok) return;
    fleet = await startFleet({ emulator: await startEmulator(tools.tool, true), pki: await pkiOnDisk() });
  });
  afterAll(async () => {
    await fleet?.stop();
    fleet?.world.pki.remove();
    await fleet?.world.emulator.stop();
  });

  test('nothing is lost, nothing late is silent, all heals, and the page says what came out', {
    timeout: 600_000,
  }, async () => {
    const told = await tellAll(fleet, some);

    expect(told.flatMap(wrongIn)).toEqual([]);
    expect(unlisted(told)).toEqual([]);
    const page = await committedPage();
    const label = ({ row, fault }: Pair) => `${row.by} ${row.call}, ${fault.name}`;
    const tried = (each: Pair) => cellIn(page, each) !== 'not tried';
    expect(told.filter(tried).map((each) => `${label(each)}: ${textOf(each)}`)).toEqual(
      some.filter(tried).map((each) => `${label(each)}: ${cellIn(page, each)}`),
    );
  });
});
