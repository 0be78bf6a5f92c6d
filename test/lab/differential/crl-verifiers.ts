/** What OpenSSL and the JDK say of a chain with its CRLs. Go's crypto/x509 looks at none. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Instant, SECOND } from '../../../shared/model/time.ts';
import { versionLine } from '../servers/installed.ts';

const run = promisify(execFile);
const here = (name: string): string => join(import.meta.dirname, name);

/** PEM texts. */
export type CrlCase = {
  /** Of its folder too. */
  readonly name: string;
  /** Leaf first, without the root. */
  readonly chain: string;
  readonly root: string;
  readonly lists: readonly string[];
  /** Whether the CAs of the chain are looked up in lists too. */
  readonly which: 'leaf' | 'all';
};

/** `other`: refused, and not because a list says that it is revoked. */
export type CrlOpinion = 'accepted' | 'revoked' | 'other';
export type CrlVerifier = {
  readonly name: 'openssl' | 'java';
  readonly judge: (manifest: string) => Promise<ReadonlyMap<string, CrlOpinion>>;
};

/** Writes a folder each; returns the manifest's path. */
export const writeCrlCases = async (cases: readonly CrlCase[], home: string, now: Instant): Promise<string> => {
  for (const { name, chain, root, lists } of cases) {
    await mkdir(join(home, name));
    const files = { 'chain.pem': chain, 'root.pem': root, 'lists.pem': lists.join('') };
    for (const [file, text] of Object.entries(files)) await writeFile(join(home, name, file), text);
  }
  const manifest = join(home, 'manifest.tsv');
  const lines = cases.map(({ name, which }) => `${name}\t${Math.floor(now / SECOND)}\t${which}\n`);
  await writeFile(manifest, lines.join(''));
  return manifest;
};

const judged = async (command: string, args: readonly string[], isRevoked: RegExp) => {
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
  const { stdout } = await run(command, [...args], { env, maxBuffer: 16 * 1024 * 1024 });
  const opinion = (said: string): CrlOpinion =>
    said === 'OK' ? 'accepted' : isRevoked.test(said) ? 'revoked' : 'other';
  const lines = stdout.trimEnd().split('\n');
  return new Map(
    lines.map((line) => {
      const [name = '', said = ''] = line.split('\t');
      return [name, opinion(said)] as const;
    }),
  );
};

export const OPENSSL: CrlVerifier = {
  name: 'openssl',
  judge: (manifest) => judged('sh', [here('crls.sh'), manifest], /^error 23 /),
};

export const JAVA: CrlVerifier = {
  name: 'java',
  judge: async (manifest) => {
    const classes = await mkdtemp(join(manifest, '../java-'));
    await run('javac', ['-d', classes, here('Crls.java')]);
    const options = ['-Xshare:auto', '-XX:+UseSerialGC', '-cp', classes, 'Crls', manifest];
    return judged('java', options, /has been revoked/);
  },
};

export const areInstalled = async (): Promise<boolean> =>
  (await versionLine('openssl', 'version')) !== null && (await versionLine('javac', '-version')) !== null;
