/** Writes what a check presents for other programs to read. */

import { WRITTEN } from '../../../shared/model/whereabouts.ts';
import type { Presentable } from '../../../shared/probe/context.ts';
import { UsageError } from '../exit.ts';
import { type File, refuseFilled, writeFiles } from '../forge/files.ts';

type Material = { readonly value: Presentable | null; readonly bundlePem: string | null };

/** Returns the names of the files. All have mode 0600, in a folder of mode 0700. Rejects with a `UsageError` if the folder is not empty. */
export const writePresented = async (directory: string, { value, bundlePem }: Material): Promise<readonly string[]> => {
  await refuseFilled(directory, false, 'give a new folder');
  const file = (path: string, content: string): File => ({ path, content, secret: true });
  const files = [
    // A key lies here: neither git nor npm takes the folder along.
    file('.gitignore', '*\n'),
    ...(bundlePem === null ? [] : [file(WRITTEN.bundle, bundlePem)]),
    ...(value === null
      ? []
      : [
          file(WRITTEN.certificate, value.certificatePem),
          file(WRITTEN.privateKey, String(value.privateKey.export({ type: 'pkcs8', format: 'pem' }))),
        ]),
  ];
  await writeFiles(directory, files);
  return files.map(({ path }) => path);
};

/** Throws a `UsageError` with the reason where there is nothing to write. */
export const writable = (
  presented:
    | { readonly ok: true; readonly value: Presentable | null }
    | { readonly ok: false; readonly reason: string },
) => {
  if (!presented.ok) throw new UsageError(`nothing is written: ${presented.reason}`);
  return presented.value;
};
