/** Redis: TLS by OpenSSL, which refuses with TLS alerts. It knows no CRL, and no principal: its users have passwords. */
import { randomUUID } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { PkiFiles } from '../../../functions/cli/demo/pki.ts';
import { EVERY_BAD_CERTIFICATE } from '../../../functions/cli/demo/servers.ts';
import { freePort } from '../../helpers/ports.ts';
import { fromPath, type Launch, versionLine } from './installed.ts';
import { HOST, type LabProgram, type Running, startProcess } from './lab-server.ts';

/** `launch` runs a server of Redis's configuration; default: this machine's Redis. */
export const startRedis = async (
  mode: string,
  files: PkiFiles,
  launch: (args: readonly string[]) => ReturnType<Launch> = (args) => fromPath('redis-server', args),
): Promise<Running> => {
  const port = await freePort();
  const { certificate, privateKey } = files.server('good');
  const clients = /(yes|optional|no)$/.exec(mode)?.[1] ?? 'yes';
  const settings = {
    bind: HOST,
    port: '0',
    'tls-port': `${port}`,
    'tls-cert-file': certificate,
    'tls-key-file': privateKey,
    'tls-ca-cert-file': files.ca,
    'tls-auth-clients': clients,
    'tls-protocols': 'TLSv1.2 TLSv1.3',
    dir: await mkdtemp(join(files.directory, 'redis-')),
    save: '',
    ...(mode.startsWith('requirepass') ? { requirepass: randomUUID() } : {}),
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  if (mode === 'acl') args.push('--user', 'default', 'on', 'nopass', '~*', '-@all');
  return startProcess(...launch(args), port);
};

export const redis: LabProgram = {
  name: 'redis',
  scheme: 'rediss',
  modes: [
    { name: 'yes', fails: ['ACCEPTED_REVOKED'], isolates: false },
    { name: 'optional', fails: ['ACCEPTED_NO_CERTIFICATE', 'ACCEPTED_REVOKED'], isolates: false },
    { name: 'no', fails: ['ACCEPTED_NO_CERTIFICATE', ...EVERY_BAD_CERTIFICATE], isolates: false, requests: false },
    // The control gets NOAUTH: as far as mutual TLS leads.
    { name: 'requirepass', fails: ['ACCEPTED_REVOKED'], isolates: false },
    // The control gets NOPERM, as everybody does whom TLS lets in.
    { name: 'acl', fails: ['ACCEPTED_REVOKED'], isolates: false },
    {
      // A password only, and NOAUTH for everybody: not for want of a certificate.
      name: 'requirepass-no',
      fails: ['ACCEPTED_NO_CERTIFICATE', ...EVERY_BAD_CERTIFICATE],
      isolates: false,
      requests: false,
    },
  ],
  version: () => versionLine('redis-server', '--version'),
  start: (mode, files) => startRedis(mode, files),
};
