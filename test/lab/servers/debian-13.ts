/**
 * Debian 13's servers, on OpenSSL 3.5: configured like this machine's own, but every one of them asks for compressed client certificates
 * (RFC 8879), as no server on an older OpenSSL does.
 */
import type { PkiFiles } from '../../../functions/cli/demo/pki.ts';
import { debian13 } from '../../setup/debian-13.ts';
import { apache, startApache } from './apache.ts';
import { haproxy, startHaproxy } from './haproxy.ts';
import { type Launch, versionLine } from './installed.ts';
import type { LabProgram, Running } from './lab-server.ts';
import { mosquitto, startMosquitto } from './mosquitto.ts';
import { nginx, startNginx } from './nginx.ts';
import { opensslRaw, startOpensslRaw } from './openssl-raw.ts';
import { redis, startRedis } from './redis.ts';

type Twin = {
  readonly name: string;
  /** Of which it is the newer version: it has its modes. */
  readonly of: LabProgram;
  readonly modes: readonly string[];
  /** What it says of itself. */
  readonly version: { readonly program: string; readonly arg: string; readonly line: RegExp };
  readonly start: (mode: string, files: PkiFiles, launch: Launch) => Promise<Running>;
};

/** Rejects where Debian 13 is not here: `version` was null. */
const unpacked = async () => {
  const debian = await debian13();
  if (!debian.ok) throw new Error(debian.reason);
  return debian;
};

/** What matches of its first line; null where it says something else, such as that a library is missing. */
const said = async (program: string, arg: string, line: RegExp): Promise<string | null> => {
  const debian = await debian13();
  if (!debian.ok) return null;
  const [command, args] = debian.command(program, [arg]);
  return line.exec((await versionLine(command, ...args)) ?? '')?.[0] ?? null;
};

const twin = ({ name, of, modes, version, start }: Twin): LabProgram => ({
  ...of,
  name: `debian-13-${name}`,
  modes: of.modes.filter((mode) => modes.includes(mode.name)),
  version: async () => {
    const own = await said(version.program, version.arg, version.line);
    const library = await said('openssl', 'version', /OpenSSL 3\.\d+\.\d+/);
    return own === null || library === null ? null : own === library ? own : `${own} on ${library}`;
  },
  start: async (mode, files) => start(mode, files, (await unpacked()).command),
});

export const DEBIAN_13: readonly LabProgram[] = [
  twin({
    name: 'nginx',
    of: nginx,
    modes: ['strict', 'optional', 'optional_no_ca', 'off', 'expired-crl'],
    version: { program: 'nginx', arg: '-v', line: /nginx\/[\d.]+/ },
    start: (mode, files, launch) => startNginx(mode, files, null, launch),
  }),
  twin({
    name: 'apache',
    of: apache,
    modes: ['strict', 'optional', 'per-location'],
    version: { program: 'apache2', arg: '-v', line: /Apache\/[\d.]+/ },
    start: async (mode, files, launch) => {
      const modules = (await unpacked()).path('usr/lib/apache2/modules');
      return startApache(mode, files, { launch: (_, args) => launch('apache2', args), modules });
    },
  }),
  twin({
    name: 'haproxy',
    of: haproxy,
    modes: ['strict', 'optional', 'required-ignore-err', 'none'],
    version: { program: 'haproxy', arg: '-v', line: /HAProxy version [\d.]+/ },
    start: startHaproxy,
  }),
  twin({
    name: 'mosquitto',
    of: mosquitto,
    modes: ['strict', 'not-required'],
    version: { program: 'mosquitto', arg: '-h', line: /mosquitto version [\d.]+/ },
    start: startMosquitto,
  }),
  twin({
    name: 'valkey',
    of: redis,
    modes: ['yes', 'optional', 'no'],
    version: { program: 'valkey-server', arg: '--version', line: /Valkey server v=[\d.]+/ },
    start: (mode, files, launch) => startRedis(mode, files, (args) => launch('valkey-server', args)),
  }),
  twin({
    name: 'openssl',
    of: opensslRaw,
    modes: ['strict', 'strict-window', 'optional', 'asks', 'off'],
    version: { program: 'openssl', arg: 'version', line: /OpenSSL 3\.\d+\.\d+/ },
    start: startOpensslRaw,
  }),
];
