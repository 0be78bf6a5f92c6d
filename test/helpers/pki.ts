/** A test PKI of its own for each test file that asks: minted at run time, on disk only as long as the tests run. */
import { rmSync } from 'node:fs';
import { type PkiFiles, privateDirectory, writePki } from '../../functions/cli/demo/pki.ts';
import type { KeyKind } from '../../shared/pki/mint/keys.ts';
import { mintTestPki, type TestPki } from '../../shared/pki/test-pki/lab-pki.ts';

export type PkiOnDisk = { readonly pki: TestPki; readonly files: PkiFiles; readonly remove: () => void };

const directories = new Set<string>();
process.once('exit', () => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

/** Call `remove` when done; the end of the process does too. */
export const pkiOnDisk = async (now: number = Date.now(), keyKind?: KeyKind): Promise<PkiOnDisk> =>
  onDisk(await mintTestPki(now, keyKind));

/** The same of a PKI that is minted already. */
export const onDisk = async (pki: TestPki): Promise<PkiOnDisk> => {
  const directory = await privateDirectory('test');
  directories.add(directory);
  const remove = () => {
    rmSync(directory, { recursive: true, force: true });
    directories.delete(directory);
  };
  return { pki, files: await writePki(pki, directory), remove };
};
