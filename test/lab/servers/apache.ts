/** Apache httpd (mod_ssl): refuses with TLS alerts, and by subject with 403. */
import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PkiFiles } from '../../../functions/cli/demo/pki.ts';
import { EVERY_BAD_CERTIFICATE } from '../../../functions/cli/demo/servers.ts';
import { freePort } from '../../helpers/ports.ts';
import { APACHE, APACHE_MODULES, apacheMain } from './apache-config.ts';
import { fromPath, type Launch } from './installed.ts';
import { type Expected, type LabProgram, type Running, SBIN_PATH, startProcess } from './lab-server.ts';

const LOADED = ['mpm_event', 'authz_core', 'rewrite', 'socache_shmcb', 'ssl'];

const env = { ...process.env, PATH: SBIN_PATH };

/** mod_ssl includes the root, OpenSSL's own depth does not. */
const DEPTH = 3;

type Settings = { readonly verify: string; readonly crl: boolean; readonly location: string };
const PAYMENTS_ONLY = `Require expr "%{SSL_CLIENT_S_DN_CN} == 'payments'"`;
const STRICT: Settings = { verify: 'require', crl: true, location: PAYMENTS_ONLY };
const SETTINGS: Readonly<Record<string, Settings>> = {
  'optional-authorizes': { verify: 'optional', crl: true, location: 'Require ssl-verify-client' },
  optional: { verify: 'optional', crl: true, location: '' },
  optional_no_ca: { verify: 'optional_no_ca', crl: false, location: '' },
  none: { verify: 'none', crl: true, location: '' },
  // The handshake asks for nothing: TLS 1.2 renegotiates once the path is known, TLS 1.3 asks by post-handshake authentication.
  'per-location-optional': { verify: 'none', crl: true, location: 'SSLVerifyClient optional' },
  'per-location': { verify: 'none', crl: true, location: `SSLVerifyClient require\n${PAYMENTS_ONLY}` },
};

const config = (mode: string, place: Parameters<typeof apacheMain>[0], files: PkiFiles): string => {
  const { certificate, privateKey } = files.server('good');
  const { verify, crl, location } = SETTINGS[mode] ?? STRICT;
  return `
${apacheMain(place, LOADED)}
SSLEngine on
SSLCertificateFile ${certificate}
SSLCertificateKeyFile ${privateKey}
SSLCACertificateFile ${files.ca}
${crl ? `SSLCARevocationFile ${files.crl}\nSSLCARevocationCheck chain` : ''}
SSLVerifyClient ${verify}
SSLVerifyDepth ${DEPTH}
ErrorDocument 200 "payments: ok"
<Location />
  RewriteEngine on
  RewriteRule ^ - [R=200,L]
  ${location}
</Location>
`;
};

/**
 * No client of Node offers post-handshake authentication: the control's certificate is never sent, so its 403 says nothing about it.
 */
const NEVER_SENT: Expected = { fails: [], unsure: ['CONTROL_NOT_ACCEPTED', 'IDENTITY_UNUSABLE'], requests: false };

/** Where one that is not this machine's keeps its modules. */
type Elsewhere = { readonly launch: Launch; readonly modules: string };

export const startApache = async (mode: string, files: PkiFiles, elsewhere?: Elsewhere): Promise<Running> => {
  const directory = await mkdtemp(join(files.directory, 'apache-'));
  const port = await freePort();
  const file = join(directory, 'apache.conf');
  await writeFile(file, config(mode, { port, directory, modules: elsewhere?.modules }, files));
  return startProcess(...(elsewhere?.launch ?? fromPath)(APACHE, ['-DFOREGROUND', '-f', file]), port);
};

export const apache: LabProgram = {
  name: 'apache',
  modes: [
    { name: 'strict', fails: [], isolates: true },
    { name: 'optional', fails: ['ACCEPTED_NO_CERTIFICATE'], isolates: false },
    {
      name: 'optional_no_ca',
      fails: ['ACCEPTED_NO_CERTIFICATE', 'ACCEPTED_UNTRUSTED_ISSUER', 'ACCEPTED_SELF_SIGNED', 'ACCEPTED_REVOKED'],
      isolates: false,
    },
    {
      name: 'none',
      fails: ['ACCEPTED_NO_CERTIFICATE', ...EVERY_BAD_CERTIFICATE],
      isolates: false,
      requests: false,
    },
    {
      name: 'per-location',
      fails: [],
      isolates: true,
      in: { '1.3': NEVER_SENT },
    },
    {
      name: 'per-location-optional',
      fails: ['ACCEPTED_NO_CERTIFICATE'],
      isolates: false,
      in: { '1.3': NEVER_SENT },
    },
    { name: 'optional-authorizes', fails: [], isolates: false },
  ],
  version: async () => {
    if (APACHE_MODULES === undefined) return null;
    const { stdout } = await promisify(execFile)(APACHE, ['-v'], { env }).catch(() => ({ stdout: '' }));
    const revision = /Apache\/\S+/.exec(stdout)?.[0];
    return revision ?? null;
  },
  start: (mode, files) => startApache(mode, files),
};
