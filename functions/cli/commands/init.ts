import { writeFile } from 'node:fs/promises';
import { STARTER_REGISTRY } from '../../../shared/registry/starter.ts';
import { UsageError } from '../exit.ts';

/** Writes the starter registry and returns a message. Rejects with a `UsageError` if the file exists: it is never overwritten. */
export const init = async (file: string): Promise<string> => {
  try {
    await writeFile(file, STARTER_REGISTRY, { flag: 'wx' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      code === 'EEXIST'
        ? `${file} exists already: it is left as it is`
        : `${file} cannot be written: ${code ?? 'unknown error'}`,
    );
  }
  return `${file} written. Next: name your endpoints and identities in it, then: npx mtls-monitor check ${file}`;
};
