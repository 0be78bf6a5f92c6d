/** A PostgreSQL cluster of the lab: made once for each test PKI, copied for each mode, in a folder of its own that goes with it. */
import { execFile } from 'node:child_process';
import { globSync, rmSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { type PkiFiles, privateDirectory } from '../../../functions/cli/demo/pki.ts';

const run = promisify(execFile);

/** Debian keeps one folder for each version, outside every PATH. Null where there is none. */
export const binaryFolder = (): string | null => {
  const folders = (process.env['PATH'] ?? '').split(delimiter).concat(globSync('/usr/lib/postgresql/*/bin').sort());
  return folders.filter((folder) => globSync(join(folder, 'initdb')).length > 0).at(-1) ?? null;
};

const OTHER_USER = 'postgres';
const isRoot = (): boolean => process.getuid?.() === 0;

/** It refuses to run as root: there, the user that Debian's package makes. In a folder which that user may enter. */
export const asItsUser = (
  folder: string,
  program: string,
  args: readonly string[],
): readonly [string, readonly string[]] => {
  const path = join(binaryFolder() ?? '', program);
  if (!isRoot()) return [path, args];
  const user = [`--reuid=${OTHER_USER}`, `--regid=${OTHER_USER}`, '--clear-groups'];
  return ['env', ['-C', folder, 'setpriv', ...user, path, ...args]];
};

type Folder = { readonly folder: string; readonly remove: () => void };

const folders = new Set<string>();
process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Gone with `remove`, or at the end of the process. */
const newFolder = async (): Promise<Folder> => {
  const folder = await privateDirectory('postgres');
  folders.add(folder);
  const remove = () => {
    rmSync(folder, { recursive: true, force: true });
    folders.delete(folder);
  };
  return { folder, remove };
};

/** Before it is started; afterwards its files are no longer ours to write, unless we are root. */
export const handOver = async (folder: string): Promise<void> => {
  if (isRoot()) await run('chown', ['-R', `${OTHER_USER}:`, folder]);
};

/** Its role and its database are called `payments`. Durability is left out: the slowest part of making one. */
const initialise = async (folder: string): Promise<string> => {
  const data = join(folder, 'data');
  const settings = ['--auth=reject', '--username=lab', '--locale=C', '--encoding=UTF8'];
  await handOver(folder);
  await run(...asItsUser(folder, 'initdb', ['-D', data, ...settings, '--no-sync', '--no-instructions']));
  const single = run(...asItsUser(folder, 'postgres', ['--single', '-F', '-D', data, 'postgres']));
  single.child.stdin?.end('CREATE ROLE payments LOGIN\nCREATE DATABASE payments\n');
  await single;
  return data;
};

/** Kept beside the PKI, where its own user cannot go: only copies of it run. */
const makeTemplate = async (files: PkiFiles): Promise<string> => {
  const template = join(files.directory, 'postgres');
  const { folder, remove } = await newFolder();
  try {
    await run('cp', ['-R', await initialise(folder), template]);
  } finally {
    remove();
  }
  return template;
};

const templates = new Map<string, Promise<string>>();

export type Cluster = Folder & { readonly data: string };

/** With copies of `good`'s key, the CA and the CRL, for a server that may be another user: `server.crt`, `server.key`, `ca.pem`, `crl.pem`. */
export const newCluster = async (files: PkiFiles): Promise<Cluster> => {
  const template = templates.get(files.directory) ?? makeTemplate(files);
  templates.set(files.directory, template);
  const { folder, remove } = await newFolder();
  const data = join(folder, 'data');
  await run('cp', ['-R', await template, data]);
  const { certificate, privateKey } = files.server('good');
  await copyFile(certificate, join(folder, 'server.crt'));
  await copyFile(privateKey, join(folder, 'server.key'));
  await copyFile(files.ca, join(folder, 'ca.pem'));
  await copyFile(files.crl, join(folder, 'crl.pem'));
  return { folder, data, remove };
};
