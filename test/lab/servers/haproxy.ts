/** HAProxy: refuses with TLS alerts, and by subject with 403. */
import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PkiFiles } from '../../../functions/cli/demo/pki.ts';
import { EVERY_BAD_CERTIFICATE } from '../../../functions/cli/demo/servers.ts';
import { freePort } from '../../helpers/ports.ts';
import { fromPath, type Launch } from './installed.ts';
import { HOST, type LabProgram, type Running, SBIN_PATH, startProcess, writeKeyAndCertificate } from './lab-server.ts';

const PAYMENTS_ONLY = 'http-request deny deny_status 403 unless { ssl_c_s_dn(CN) -m str payments }';

type Settings = {
  /** Of the `bind` line. */
  readonly verify: string;
  /** Options of the one certificate, by SNI. */
  readonly crtList?: string;
  readonly rule?: string;
  readonly crl?: 'crl' | 'expiredCrl';
  readonly plaintext?: boolean;
};
const STRICT: Settings = { verify: 'verify required', rule: PAYMENTS_ONLY };
const IGNORE = 'ca-ignore-err all crt-ignore-err all';
/** `all` is not all: an issuer that is no CA is refused with TLS alert 46 (HAProxy 2.6 and 3.0 alike). */
const IGNORED = EVERY_BAD_CERTIFICATE.filter((code) => code !== 'ACCEPTED_LEAF_AS_ISSUER');
const SETTINGS: Readonly<Record<string, Settings>> = {
  optional: { verify: 'verify optional' },
  'required-ignore-err': { verify: `verify required ${IGNORE}` },
  'optional-ignore-err': { verify: `verify optional ${IGNORE}` },
  'names-unverified': { verify: `verify required ${IGNORE}`, rule: PAYMENTS_ONLY },
  'verified-not-used': { verify: `verify optional ${IGNORE}`, rule: 'http-request deny unless { ssl_c_verify 0 }' },
  'verified-and-used': {
    verify: `verify optional ${IGNORE}`,
    rule: 'http-request deny unless { ssl_c_verify 0 } { ssl_c_used }',
  },
  'expired-crl': { ...STRICT, crl: 'expiredCrl' },
  none: { verify: 'verify none' },
  'per-sni-strict': { ...STRICT, crtList: '[verify none] open.test' },
  'per-sni-open': { verify: 'verify required', crtList: '[verify none] localhost' },
  'plaintext-permissive': { ...STRICT, plaintext: true },
};

/** Looks at the first bytes: a ClientHello goes on to the frontend that terminates TLS, anything else is served as it is. */
const permissive = (port: number, inner: number): string => `
frontend any
  mode tcp
  bind ${HOST}:${port}
  tcp-request inspect-delay 10s
  tcp-request content accept if { req.ssl_hello_type 1 } or HTTP
  use_backend tls if { req.ssl_hello_type 1 }
  default_backend plain
backend tls
  mode tcp
  server tls ${HOST}:${inner}
backend plain
  mode http
  http-request return status 200 content-type text/plain string "payments: ok\\n"
`;

/** The whole configuration of a mode; writes the certificate and the crt-list that it names into the folder. */
export const haproxyConfig = async (
  mode: string,
  port: number,
  directory: string,
  files: PkiFiles,
): Promise<string> => {
  const { verify, crtList, rule = '', crl = 'crl', plaintext = false } = SETTINGS[mode] ?? STRICT;
  const pem = await writeKeyAndCertificate(files.server('good'), directory);
  const list = join(directory, 'crt-list');
  // The first is also what a client without SNI gets; without a name of its own it would take those in the certificate.
  await writeFile(list, `${pem} strict.test\n${pem} ${crtList}\n`);
  const inner = plaintext ? await freePort() : port;
  return `
global
  nbthread 1
defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
frontend lab
  bind ${HOST}:${inner} ssl ${crtList === undefined ? `crt ${pem}` : `crt-list ${list}`} ca-file ${files.ca} crl-file ${files[crl]} ${verify} ssl-min-ver TLSv1.2
  ${rule}
  http-request return status 200 content-type text/plain string "payments: ok\\n"
${plaintext ? permissive(port, inner) : ''}`;
};

export const startHaproxy = async (mode: string, files: PkiFiles, launch: Launch = fromPath): Promise<Running> => {
  const directory = await mkdtemp(join(files.directory, 'haproxy-'));
  const port = await freePort();
  const file = join(directory, 'haproxy.cfg');
  await writeFile(file, await haproxyConfig(mode, port, directory, files));
  return startProcess(...launch('haproxy', ['-db', '-f', file]), port);
};

export const haproxy: LabProgram = {
  name: 'haproxy',
  modes: [
    { name: 'strict', fails: [], isolates: true },
    { name: 'optional', fails: ['ACCEPTED_NO_CERTIFICATE'], isolates: false },
    { name: 'required-ignore-err', fails: IGNORED, isolates: false },
    { name: 'optional-ignore-err', fails: ['ACCEPTED_NO_CERTIFICATE', ...IGNORED], isolates: false },
    // The name is right on every certificate, and nobody verified any.
    { name: 'names-unverified', fails: IGNORED, isolates: true },
    // ssl_c_verify is 0 for who brings no certificate, too.
    { name: 'verified-not-used', fails: ['ACCEPTED_NO_CERTIFICATE'], isolates: false },
    { name: 'verified-and-used', fails: [], isolates: false },
    { name: 'expired-crl', fails: ['CONTROL_REJECTED'], unsure: ['CONTROL_NOT_ACCEPTED'], isolates: false },
    {
      name: 'none',
      fails: ['ACCEPTED_NO_CERTIFICATE', ...EVERY_BAD_CERTIFICATE],
      isolates: false,
      requests: false,
    },
    // By its own name it enforces; that another SNI opens it is what sni-bypass is for.
    { name: 'per-sni-strict', fails: [], isolates: true },
    {
      name: 'per-sni-open',
      knowsNames: true,
      fails: ['ACCEPTED_NO_CERTIFICATE', ...EVERY_BAD_CERTIFICATE],
      isolates: false,
      endpoint: { serverName: 'localhost' },
      requests: false,
    },
    { name: 'plaintext-permissive', fails: ['ACCEPTED_PLAINTEXT'], isolates: true },
  ],
  version: async () => {
    const env = { ...process.env, PATH: SBIN_PATH };
    const { stdout } = await promisify(execFile)('haproxy', ['-v'], { env }).catch(() => ({ stdout: '' }));
    const revision = /version (\S+)/.exec(stdout)?.[1];
    return revision === undefined ? null : `haproxy ${revision}`;
  },
  start: (mode, files) => startHaproxy(mode, files),
};
