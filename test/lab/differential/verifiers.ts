/** Other verifiers' opinions of chains and lists: OpenSSL (this machine's and Debian 13's), Go's crypto/x509 and the JDK's trust manager. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SECOND } from '../../../shared/model/time.ts';
import { debian13 } from '../../setup/debian-13.ts';

const run = promisify(execFile);
const here = (name: string): string => join(import.meta.dirname, name);

/** What a client sees, and what it trusts. PEM texts; `name`: of a case, and of its folder. */
export type Case = {
  readonly name: string;
  readonly leaf: string;
  /** What is served behind the leaf; may be empty. */
  readonly served: string;
  readonly anchors: string;
  /** Whom the client came for; null: the name is not looked at. */
  readonly peer: { readonly kind: 'dns' | 'ip'; readonly value: string } | null;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Revocation is looked at with these lists (PEM), for the leaf alone. Go looks at none. */
  readonly crls?: string;
};

/** `OK`, or the verifier's own words. */
export type Opinion = string;
export type Opinions = ReadonlyMap<string, Opinion>;

export type Verifier = {
  readonly name: 'openssl' | 'openssl-3.5' | 'go' | 'java';
  /** One line; null where it is not installed. */
  readonly version: () => Promise<string | null>;
  /** All cases in one process, or one shell. `written`: what `writeCases` returned. */
  readonly judge: (written: Written) => Promise<Opinions>;
};

export type Written = { readonly directory: string; readonly manifest: string };

/** A folder each, and one line each in the manifest: name, kind and value of the peer, seconds, options for lists. */
export const writeCases = async (cases: readonly Case[], directory: string): Promise<Written> => {
  const lines: string[] = [];
  for (const { name, leaf, served, anchors, peer, now, crls } of cases) {
    const folder = join(directory, name);
    await mkdir(folder);
    const files = { 'leaf.pem': leaf, 'served.pem': leaf + served, 'anchors.pem': anchors, 'crls.pem': crls ?? '' };
    for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
    const lists = crls === undefined ? 'none' : '-crl_check';
    lines.push([name, peer?.kind ?? 'none', peer?.value ?? '-', Math.floor(now / SECOND), lists].join('\t'));
  }
  const manifest = join(directory, 'manifest.tsv');
  await writeFile(manifest, `${lines.join('\n')}\n`);
  return { directory, manifest };
};

const firstLine = async (command: string, args: readonly string[]): Promise<string | null> => {
  const { stdout } = await run(command, [...args]).catch(() => ({ stdout: '' }));
  return stdout.trim().split('\n')[0] || null;
};

const opinionsOf = (text: string): Opinions =>
  new Map(
    text
      .trimEnd()
      .split('\n')
      .map((line) => {
        const [name = '', answer = ''] = line.split('\t');
        return [name, answer] as const;
      }),
  );

const judged = async (
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Opinions> => {
  const { stdout } = await run(command, [...args], {
    cwd,
    env: { ...env, LC_ALL: 'C', TZ: 'UTC' },
    maxBuffer: 64 * 1024 * 1024,
  });
  return opinionsOf(stdout);
};

const opensslOf = (
  name: 'openssl' | 'openssl-3.5',
  command: () => Promise<readonly [string, readonly string[]] | null>,
): Verifier => ({
  name,
  version: async () => {
    const found = await command();
    return found === null ? null : firstLine(found[0], [...found[1], 'version']);
  },
  judge: async ({ directory, manifest }) => {
    const [program, args] = (await command()) ?? ['false', []];
    return judged('sh', [here('verify.sh'), manifest, program, ...args], directory);
  },
});

/** No other toolchain is fetched, whatever a go.mod above says. */
const GO_ENV = { ...process.env, GOTOOLCHAIN: 'local', GO111MODULE: 'off', GOFLAGS: '' };

export const VERIFIERS: readonly Verifier[] = [
  opensslOf('openssl', async () => ['openssl', []]),
  opensslOf('openssl-3.5', async () => {
    const debian = await debian13();
    return debian.ok ? debian.command('openssl', []) : null;
  }),
  {
    name: 'go',
    version: () => firstLine('go', ['version']),
    judge: async ({ directory, manifest }) => {
      const program = join(await mkdtemp(join(directory, 'go-')), 'verify');
      await run('go', ['build', '-o', program, here('verify.go')], { env: GO_ENV });
      return judged(program, [manifest], directory);
    },
  },
  {
    name: 'java',
    version: () => firstLine('javac', ['-version']),
    judge: async ({ directory, manifest }) => {
      const classes = await mkdtemp(join(directory, 'java-'));
      await run('javac', ['-d', classes, here('Verify.java')]);
      return judged('java', ['-Xshare:auto', '-XX:+UseSerialGC', '-cp', classes, 'Verify', manifest], directory);
    },
  },
];
