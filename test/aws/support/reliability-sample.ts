/**
 * Tries cells of docs/reliability.md at an emulator of their own. `npm run reliability` tries all, some forty minutes, and writes the page;
 * `npm run reliability -- WORD…` tries the cells whose row or fault has all the words, prints them and writes nothing.
 */
import { writeFile } from 'node:fs/promises';
import { pkiOnDisk } from '../../helpers/pki.ts';
import { pythonTools, type Tools } from '../../setup/python-venv.ts';
import { startEmulator } from './emulator.ts';
import { startFleet, type Told } from './reliability-cells.ts';
import { cellIn, nameOf, PAGE, PAIRS, type Pair, pageOf, tellAll, unlisted } from './reliability-page.ts';
import { textOf, wrongIn } from './reliability-text.ts';

export const cellsOf = async (
  tools: Tools,
  pairs: readonly Pair[],
  onTold?: (told: Told) => void,
): Promise<readonly Told[]> => {
  const [emulator, pki] = await Promise.all([startEmulator(tools, true), pkiOnDisk()]);
  try {
    const fleet = await startFleet({ emulator, pki });
    try {
      return await tellAll(fleet, pairs, onTold);
    } finally {
      await fleet.stop();
    }
  } finally {
    pki.remove();
    await emulator.stop();
  }
};

/** What is not as it must be, and where the page says something else. */
export const differences = (page: string, told: readonly Told[]): readonly string[] => [
  ...told.flatMap(wrongIn),
  ...unlisted(told),
  ...told.flatMap((each) => {
    const [says, seen] = [cellIn(page, each), textOf(each)];
    return says === seen ? [] : [`${nameOf(each)}: the page says "${says}", seen was "${seen}"`];
  }),
];

if (import.meta.main) {
  const words = process.argv.slice(2);
  const tools = await pythonTools();
  if (!tools.ok) throw new Error(tools.reason);
  const pairs = PAIRS.filter((pair) => words.every((word) => nameOf(pair).includes(word)));
  const told = await cellsOf(tools.tool, pairs, (each) => console.log(`${nameOf(each)}: ${textOf(each)}`));
  if (words.length === 0) await writeFile(PAGE, pageOf(told));
  const wrong = [...told.flatMap(wrongIn), ...unlisted(told)];
  if (wrong.length > 0) throw new Error(`not as it must be:\n${wrong.join('\n')}`);
}
