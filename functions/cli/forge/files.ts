/** Writes a forged PKI below one folder. Private keys have mode 0600. */
import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Issued } from '../../../shared/pki/mint/issue.ts';
import type { TestSet } from '../../../shared/pki/test-pki/test-set.ts';
import { UsageError } from '../exit.ts';

export type File = { readonly path: string; readonly content: string; readonly secret: boolean };

export const keyPem = ({ privateKey }: Issued): string => String(privateKey.export({ type: 'pkcs8', format: 'pem' }));

const pair = (path: string, issued: Issued): readonly File[] => [
  { path: `${path}.crt`, content: issued.certificatePem, secret: false },
  { path: `${path}.key`, content: keyPem(issued), secret: true },
];

/** Returns the files, with paths below the folder. `identities`: whether the identities are among them. */
export const filesOf = (
  forged: TestSet,
  registry: string,
  options: { readonly identities: boolean },
): readonly File[] => {
  const open = (path: string, content: string): File => ({ path, content, secret: false });
  const { made, anchorsPem, crlPem, identities } = forged;
  return [
    // A CA's key lies here: neither git nor npm takes the folder along.
    open('.gitignore', '*\n'),
    open('registry.yaml', registry),
    open('ca.pem', anchorsPem),
    open('crl.pem', crlPem),
    // OpenSSL's s_server reads several CRLs only from its CA file.
    open('ca-with-crl.pem', anchorsPem + crlPem),
    ...(made === null
      ? []
      : [
          ...pair('ca/root', made.root),
          ...pair('ca/issuing', { ...made.issuing, certificatePem: made.issuing.certificatePem + anchorsPem }),
          ...pair('servers/localhost', made.server),
        ]),
    ...(options.identities
      ? Object.entries(identities).flatMap(([name, each]) => pair(`identities/${name}`, each))
      : []),
  ];
};

/** Rejects with a `UsageError` if the folder is not empty, unless `force`. `cure`: what to do then. */
export const refuseFilled = async (
  directory: string,
  force: boolean,
  cure = '--force replaces what forge writes there',
): Promise<void> => {
  const found = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new UsageError(`${directory} cannot be used: ${error.code ?? 'unknown error'}`);
  });
  if (found.length > 0 && !force) throw new UsageError(`${directory} is not empty: it is left as it is (${cure})`);
};

/** Removes each file before it is written: an existing file would keep its mode, or may be a link. */
export const writeFiles = async (directory: string, files: readonly File[]): Promise<void> => {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const folders = new Set(files.filter(({ secret }) => secret).map(({ path }) => dirname(join(directory, path))));
    for (const folder of folders) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await chmod(folder, 0o700);
    }
    for (const { path, content, secret } of files) {
      const file = join(directory, path);
      await rm(file, { force: true });
      await writeFile(file, content, { flag: 'wx', mode: secret ? 0o600 : 0o644 });
    }
  } catch (error) {
    throw new UsageError(`${directory} cannot be written: ${(error as NodeJS.ErrnoException).code ?? 'unknown error'}`);
  }
};
