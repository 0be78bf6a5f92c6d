/** Caddy: Go's crypto/tls behind a configuration of its own, with four ways to ask for a certificate and none to revoke one. */

import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PkiFiles } from '../../../functions/cli/demo/pki.ts';
import { EVERY_BAD_CERTIFICATE } from '../../../functions/cli/demo/servers.ts';
import { principalOf } from '../../../shared/pki/test-pki/lab-pki.ts';
import { freePort } from '../../helpers/ports.ts';
import { HOST, type LabProgram, startProcess } from './lab-server.ts';

type Settings = {
  readonly mode: 'require_and_verify' | 'verify_if_given' | 'require' | 'request';
  readonly authorizes: boolean;
};
const REQUIRED: Settings = { mode: 'require_and_verify', authorizes: true };
const SETTINGS: Readonly<Record<string, Settings>> = {
  require_and_verify: REQUIRED,
  verify_if_given: { mode: 'verify_if_given', authorizes: false },
  require: { mode: 'require', authorizes: false },
  'require-named': { mode: 'require', authorizes: true },
  request: { mode: 'request', authorizes: false },
};

const answer = (status: number, body: string) => ({
  handle: [{ handler: 'static_response', status_code: status, body }],
});

/** The name is read off the certificate that was presented, whether or not TLS verified it. */
const routes = ({ authorizes }: Settings) => {
  const match = [{ vars: { '{http.request.tls.client.san.uris.0}': [principalOf('payments')] } }];
  const admitted = answer(200, 'payments: ok\n');
  return authorizes ? [{ match, ...admitted, terminal: true }, answer(403, 'forbidden\n')] : [admitted];
};

/** The whole configuration of a mode, as `caddy adapt` prints one. */
export const caddyConfig = (mode: string, port: number, directory: string, files: PkiFiles): string => {
  const settings = SETTINGS[mode] ?? REQUIRED;
  const { certificate, privateKey } = files.server('good');
  const policy = { client_authentication: { mode: settings.mode, trusted_ca_certs_pem_files: [files.ca] } };
  const server = {
    listen: [`${HOST}:${port}`],
    routes: routes(settings),
    tls_connection_policies: [policy],
    automatic_https: { disable: true },
    // An address has no SNI, and with client authentication Caddy wants Host to equal it.
    strict_sni_host: false,
    protocols: ['h1'],
  };
  return JSON.stringify({
    admin: { disabled: true, config: { persist: false } },
    storage: { module: 'file_system', root: directory },
    logging: { logs: { default: { level: 'ERROR' } } },
    apps: {
      http: { servers: { lab: server } },
      tls: { certificates: { load_files: [{ certificate, key: privateKey }] } },
    },
  });
};

export const caddy: LabProgram = {
  name: 'caddy',
  modes: [
    { name: 'require_and_verify', fails: ['ACCEPTED_REVOKED'], isolates: true },
    {
      name: 'verify_if_given',
      knowsNames: true,
      fails: ['ACCEPTED_NO_CERTIFICATE', 'ACCEPTED_REVOKED'],
      isolates: false,
    },
    { name: 'require', fails: EVERY_BAD_CERTIFICATE, isolates: false },
    // Whoever writes the right name into a certificate enters; a genuine one with another name does not, so it looks isolated.
    { name: 'require-named', fails: EVERY_BAD_CERTIFICATE, isolates: true },
    {
      name: 'request',
      knowsNames: true,
      fails: ['ACCEPTED_NO_CERTIFICATE', ...EVERY_BAD_CERTIFICATE],
      isolates: false,
    },
  ],
  version: async () => {
    const { stdout } = await promisify(execFile)('caddy', ['version']).catch(() => ({ stdout: '' }));
    return stdout === '' ? null : `caddy ${stdout.trim().split(' ')[0]}`;
  },
  start: async (mode, files) => {
    const directory = await mkdtemp(join(files.directory, 'caddy-'));
    const port = await freePort();
    const file = join(directory, 'caddy.json');
    await writeFile(file, caddyConfig(mode, port, directory, files));
    const home = [`XDG_DATA_HOME=${directory}`, `XDG_CONFIG_HOME=${directory}`, `HOME=${directory}`];
    return startProcess('env', [...home, 'caddy', 'run', '--config', file], port);
  },
};
