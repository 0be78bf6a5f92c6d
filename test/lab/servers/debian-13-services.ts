/** Debian 13's services that speak neither HTTP nor a protocol of the product's own: asked by `tls://`, with a line to send and what must come back. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PkiFiles } from '../../../functions/cli/demo/pki.ts';
import { freePort } from '../../helpers/ports.ts';
import { debian13 } from '../../setup/debian-13.ts';
import { versionLine } from './installed.ts';
import { HOST, type LabMode, type LabProgram, startProcess } from './lab-server.ts';
import { enforced, off, optional, withoutList } from './modes.ts';

type Flags = (mode: string, port: number, files: PkiFiles) => Promise<readonly string[]>;
type Service = Omit<LabProgram, 'version' | 'start' | 'scheme'> & {
  readonly program: string;
  readonly version: readonly [arg: string, line: RegExp];
  readonly flags: Flags;
};

const service = ({ program, version: [arg, line], flags, ...rest }: Service): LabProgram => ({
  ...rest,
  scheme: 'tls',
  version: async () => {
    const debian = await debian13();
    if (!debian.ok) return null;
    const [command, args] = debian.command(program, [arg]);
    return line.exec((await versionLine(command, ...args)) ?? '')?.[0] ?? null;
  },
  start: async (mode, files) => {
    const debian = await debian13();
    if (!debian.ok) throw new Error(debian.reason);
    const port = await freePort();
    return startProcess(...debian.command(program, await flags(mode, port, files)), port);
  },
});

/** Its folder of libraries, with the modules in it. */
const libraries = async (): Promise<string> => {
  const debian = await debian13();
  return debian.ok ? debian.libraries() : '';
};

/** It verifies and names no session id context: OpenSSL ends each handshake that resumes one of its sessions with alert 80. */
const cutsOff = (mode: LabMode): LabMode => ({ ...mode, fails: [...mode.fails, 'RESUMED_IDENTITY_REJECTED'] });

const MEMCACHED = { endpoint: { tls: { send: 'version\r\n', expect: '^VERSION ' } } };

const memcached = service({
  name: 'debian-13-memcached',
  program: 'memcached',
  version: ['-V', /memcached [\d.]+/],
  modes: [
    cutsOff(withoutList('verify-2', MEMCACHED)),
    cutsOff(optional('verify-1', MEMCACHED)),
    off('verify-0', MEMCACHED),
  ],
  flags: async (mode, port, files) => {
    const { certificate, privateKey } = files.server('good');
    const tls = [`ssl_chain_cert=${certificate}`, `ssl_key=${privateKey}`, `ssl_ca_cert=${files.ca}`];
    const owner = process.getuid?.() === 0 ? ['-u', 'root'] : [];
    const settings = [...tls, `ssl_verify_mode=${mode.slice(-1)}`, 'ssl_min_version=2'].join(',');
    return ['-l', HOST, '-p', `${port}`, '-U', '0', '-m', '8', '-t', '1', '-Z', '-o', settings, ...owner];
  },
});

/** A comparison at the root DSE: of all requests of LDAP, the one whose bytes are all below 128 (RFC 4511 §4.10). */
const COMPARE =
  '\u0030\u001d\u0002\u0001\u0001\u006e\u0018\u0004\u0000\u0030\u0014\u0004\u000bobjectClass\u0004\u0005dummy';
const LDAP = { endpoint: { tls: { send: COMPARE, expect: '\u0002\u0001\u0001o' } } };

/** Built with OpenSSL: TLSCRLFile, which is GnuTLS's, changes nothing there, and the lists stand in the file of the CA. */
const slapdClients = (mode: string, files: PkiFiles): string => {
  const lines = {
    strict: ['TLSVerifyClient demand', 'TLSCRLCheck all', `TLSCACertificateFile ${files.caWithCrl}`],
    demand: ['TLSVerifyClient demand', `TLSCACertificateFile ${files.ca}`],
    try: ['TLSVerifyClient try', `TLSCACertificateFile ${files.ca}`],
    never: ['TLSVerifyClient never', `TLSCACertificateFile ${files.ca}`],
  }[mode];
  return (lines ?? []).join('\n');
};

const slapd = service({
  name: 'debian-13-slapd',
  program: 'slapd',
  version: ['-VV', /slapd [\d.]+\S*/],
  modes: [enforced('strict', LDAP), withoutList('demand', LDAP), optional('try', LDAP), off('never', LDAP)],
  flags: async (mode, port, files) => {
    const file = join(await mkdtemp(join(files.directory, 'slapd-')), 'slapd.conf');
    const { certificate, privateKey } = files.server('good');
    const served = `TLSCertificateFile ${certificate}\nTLSCertificateKeyFile ${privateKey}\nTLSProtocolMin 3.3`;
    await writeFile(file, `${served}\n${slapdClients(mode, files)}\n`);
    return ['-f', file, '-h', `ldaps://${HOST}:${port}/`, '-d', '0'];
  },
});

const NATS = { endpoint: { tls: { send: 'CONNECT {"verbose":false}\r\nPING\r\n', expect: 'PONG' } } };

const MAPPED = { isolates: true, endpoint: { ...NATS.endpoint, rejects: { body: 'Authorization Violation' } } };
/** Its TLS before its greeting, as `handshake_first` has it. */
const nats = service({
  name: 'debian-13-nats',
  program: 'nats-server',
  version: ['--version', /nats-server: v[\d.]+/],
  modes: [withoutList('verify', NATS), withoutList('verify-and-map', MAPPED), off('no-verify', NATS)],
  flags: async (mode, port, files) => {
    const file = join(await mkdtemp(join(files.directory, 'nats-')), 'nats.conf');
    const { certificate, privateKey } = files.server('good');
    const clients = { verify: 'verify: true', 'verify-and-map': 'verify_and_map: true' }[mode] ?? '';
    const users = mode.startsWith('verify-and-map')
      ? 'authorization { users = [ { user: "CN=payments,O=Lab" } ] }'
      : '';
    const tls = `cert_file: "${certificate}", key_file: "${privateKey}", ca_file: "${files.ca}", handshake_first: true`;
    await writeFile(file, `listen: "${HOST}:${port}"\ntls { ${tls}, ${clients} }\n${users}\n`);
    return ['-c', file, '-l', '/dev/null'];
  },
});

/** It never answers: whoever may stay may write. */
const WRITES = { endpoint: { tls: { send: '<14>1 - lab monitor - - - probe\n' } } };

/** What it has closed on: the false signature, the leaf as issuer, a session, no certificate; where it verifies, a client that it admits. */
const ERRATIC =
  '5 of some 50 runs. Why is not known; in lighttpd a false signature leaves an error in OpenSSL’s queue, which the next client meets.';
const RSYSLOG_MODES: readonly LabMode[] = [cutsOff(enforced('strict', WRITES)), off('anon', WRITES)].map((mode) => ({
  ...mode,
  erratic: ERRATIC,
}));

const rsyslogConfig = (mode: string, port: number, directory: string, files: PkiFiles): string => {
  const { certificate, privateKey } = files.server('good');
  const auth = mode === 'anon' ? 'anon' : 'x509/certvalid';
  const list = mode === 'strict' ? `defaultNetstreamDriverCRLFile="${files.crl}"` : '';
  return `
global(workDirectory="${directory}" defaultNetstreamDriver="ossl" defaultNetstreamDriverCAFile="${files.ca}"
  defaultNetstreamDriverCertFile="${certificate}" defaultNetstreamDriverKeyFile="${privateKey}" ${list})
module(load="imtcp" streamDriver.name="ossl" streamDriver.mode="1" streamDriver.authMode="${auth}")
input(type="imtcp" address="${HOST}" port="${port}")
*.* action(type="omfile" file="/dev/null")
`;
};

const rsyslog = service({
  name: 'debian-13-rsyslog',
  program: 'rsyslogd',
  version: ['-v', /rsyslogd +[\d.]+/],
  modes: RSYSLOG_MODES,
  flags: async (mode, port, files) => {
    const directory = await mkdtemp(join(files.directory, 'rsyslog-'));
    const file = join(directory, 'rsyslog.conf');
    await writeFile(file, rsyslogConfig(mode, port, directory, files));
    const modules = join(await libraries(), 'rsyslog');
    return ['-n', '-f', file, '-i', 'NONE', '-M', modules];
  },
});

export const DEBIAN_13_SERVICES: readonly LabProgram[] = [memcached, slapd, nats, rsyslog];
