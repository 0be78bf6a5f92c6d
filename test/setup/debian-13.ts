/**
 * Servers of Debian 13, whose OpenSSL asks for compressed client certificates (RFC 8879), unpacked into `.debian-13` at the repository's root:
 * nothing of them is installed. They run by their own loader, with their own libraries, on a Debian of any age (docs/adr/0019).
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withLock } from './lock.ts';

const run = promisify(execFile);
const HOME = join(import.meta.dirname, '../../.debian-13');
const SUITE = 'trixie';
/** Verifies what comes from the mirror, whatever else this machine trusts. */
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
const TIMEOUT_MS = 5 * 60_000;

/** A server with every library that it loads: a stable release adds none. `--list` of the loader names them. */
const PACKAGES = [
  ...['libc6', 'libcrypt1', 'libssl3t64', 'libzstd1', 'zlib1g', 'openssl'],
  ...['nginx', 'libpcre2-8-0'],
  ...['apache2-bin', 'libapr1t64', 'libaprutil1t64', 'libexpat1', 'libuuid1'],
  ...[
    'haproxy',
    'libgcc-s1',
    'libjemalloc2',
    'liblua5.4-0',
    'libopentracing-c-wrapper0t64',
    'libopentracing1',
    'libstdc++6',
  ],
  ...['mosquitto', 'libcap2', 'libcjson1', 'libdlt2', 'libsystemd0', 'libwebsockets19t64', 'libwrap0'],
  ...['valkey-server', 'valkey-tools', 'libatomic1', 'liblzf1'],
  ...['memcached', 'libevent-2.1-7t64', 'libsasl2-2'],
  ...['slapd', 'libldap2', 'libltdl7'],
  ...['nats-server'],
  ...['rsyslog', 'rsyslog-openssl', 'libestr0', 'libfastjson4', 'liblognorm5'],
];

const STAMP = `packages-${createHash('sha256').update(PACKAGES.join(' ')).digest('hex').slice(0, 16)}`;

export type Debian13 =
  | {
      readonly ok: true;
      /** The command and the arguments that run one of its programs, in its own process: signals reach it. */
      readonly command: (program: string, args: readonly string[]) => readonly [string, readonly string[]];
      /** An absolute path → where that file of Debian 13 is here. */
      readonly path: (file: string) => string;
      /** The folder of its libraries, and of what programs load by name. */
      readonly libraries: () => string;
    }
  | { readonly ok: false; readonly reason: string };

const path = (file: string): string => join(HOME, file);

/** The folder of one architecture, and the loader in it (`ld-linux-x86-64.so.2`, `ld-linux-aarch64.so.1`). */
const libraries = (): { readonly folder: string; readonly loader: string } => {
  const triplet = readdirSync(path('usr/lib')).find((name) => name.includes('-linux-gnu')) ?? '';
  const folder = join(path('usr/lib'), triplet);
  const loader = readdirSync(folder).find((name) => /^ld-linux.*\.so\.\d+$/.test(name)) ?? '';
  return { folder, loader: join(folder, loader) };
};

const command = (program: string, args: readonly string[]): readonly [string, readonly string[]] => {
  const { folder, loader } = libraries();
  const file = ['usr/sbin', 'usr/bin'].map((bin) => path(join(bin, program))).find(existsSync) ?? program;
  // Not this machine's cache of libraries, and not its configuration of OpenSSL.
  const loading = ['--inhibit-cache', '--library-path', folder, '--argv0', program, file];
  return ['env', [`OPENSSL_CONF=${path('etc/ssl/openssl.cnf')}`, loader, ...loading, ...args]];
};

const UNPACKED: Debian13 = { ok: true, command, path, libraries: () => libraries().folder };

/** The mirrors of this machine's own configuration, read at run time. Security updates have a suite of their own. */
const mirrors = async (): Promise<readonly string[]> => {
  const { stdout } = await run('apt-get', [
    'indextargets',
    '--format',
    '$(RELEASE) $(REPO_URI)',
    'Created-By: Packages',
  ]);
  const uris = stdout.split('\n').flatMap((line) => {
    const [release = '', uri = ''] = line.split(' ');
    return uri === '' || uri.startsWith('cdrom:') || release.includes('-security') ? [] : [uri];
  });
  return [...new Set(uris)];
};

/** apt with a state, a cache and a source of its own in `folder`: the machine's lists and packages stay as they are. */
const aptIn = async (folder: string, mirror: string): Promise<(...args: readonly string[]) => Promise<unknown>> => {
  const state = join(folder, 'state');
  await mkdir(join(state, 'lists', 'partial'), { recursive: true });
  await mkdir(join(folder, 'cache', 'archives', 'partial'), { recursive: true });
  await writeFile(join(state, 'status'), '');
  const source = join(folder, 'sources.list');
  await writeFile(source, `deb [signed-by=${KEYRING} target=Packages] ${mirror} ${SUITE} main\n`);
  const settings = {
    'Dir::State': state,
    'Dir::State::status': join(state, 'status'),
    'Dir::Cache': join(folder, 'cache'),
    'Dir::Etc::sourcelist': source,
    'Dir::Etc::sourceparts': '/dev/null',
    'APT::Sandbox::User': 'root',
    'APT::Update::Error-Mode': 'any',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  return (...args) => run('apt-get', ['-qq', ...options, ...args], { cwd: folder, timeout: TIMEOUT_MS });
};

const download = async (folder: string): Promise<void> => {
  const refusals: string[] = [];
  for (const mirror of await mirrors()) {
    try {
      const apt = await aptIn(folder, mirror);
      await apt('update');
      await apt('download', ...PACKAGES);
      return;
    } catch (error) {
      refusals.push((error as Error).message);
    }
  }
  throw new Error(`no mirror of this machine's apt has Debian 13 (${SUITE}): ${refusals.join('\n') || 'it has none'}`);
};

/** Into a folder beside it first: what is interrupted is not taken for whole. */
const install = async (): Promise<void> => {
  const missing = ['apt-get', 'dpkg-deb'].filter((name) => !existsSync(`/usr/bin/${name}`));
  if (!existsSync(KEYRING)) missing.push(KEYRING);
  if (missing.length > 0)
    throw new Error(`the servers of Debian 13 come as its packages, and this machine lacks ${missing.join(' and ')}`);
  const fresh = `${HOME}.new`;
  const archives = join(fresh, 'archives');
  await rm(fresh, { recursive: true, force: true });
  await mkdir(archives, { recursive: true });
  await download(archives);
  for (const name of await readdir(archives))
    if (name.endsWith('.deb')) await run('dpkg-deb', ['--extract', join(archives, name), fresh]);
  await rm(archives, { recursive: true, force: true });
  await writeFile(join(fresh, STAMP), '');
  await rm(HOME, { recursive: true, force: true });
  await rename(fresh, HOME);
};

/**
 * The servers, unpacked if `CI=true` (or `MTLS_MONITOR_DEBIAN_13=install`) and they are missing. Elsewhere nothing is downloaded unasked:
 * `ok: false` says how, and the caller skips. Under CI a failing download rejects: there nothing is skipped.
 */
export const debian13 = async (): Promise<Debian13> => {
  if (existsSync(path(STAMP))) return UNPACKED;
  const allowed = process.env['CI'] === 'true' || process.env['MTLS_MONITOR_DEBIAN_13'] === 'install';
  if (!allowed) return { ok: false, reason: 'needs the servers of Debian 13: node test/setup/debian-13.ts' };
  await withLock('debian-13', async () => {
    if (!existsSync(path(STAMP))) await install();
  });
  return UNPACKED;
};

if (import.meta.main) {
  process.env['MTLS_MONITOR_DEBIAN_13'] = 'install';
  await debian13().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
