/** Prometheus's exporter-toolkit, as the node exporter has it: Go's TLS by a web configuration file. It reads no CRL. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PkiFiles } from '../../../functions/cli/demo/pki.ts';
import { freePort } from '../../helpers/ports.ts';
import { fromPath, versionLine } from './installed.ts';
import { HOST, type LabProgram, startProcess } from './lab-server.ts';
import { off, optional, unverified, withoutList } from './modes.ts';

/** Its names are Go's. */
const TYPES: Readonly<Record<string, string>> = {
  'require-and-verify': 'RequireAndVerifyClientCert',
  'verify-if-given': 'VerifyClientCertIfGiven',
  'require-any': 'RequireAnyClientCert',
  'verify-if-given-untold': 'VerifyClientCertIfGiven',
  none: 'NoClientCert',
};

const config = (mode: string, files: PkiFiles): string => {
  const { certificate, privateKey } = files.server('good');
  const server = { cert_file: certificate, key_file: privateKey, client_auth_type: TYPES[mode] };
  const verifies = mode.includes('verify');
  return JSON.stringify({ tls_server_config: { ...server, ...(verifies ? { client_ca_file: files.ca } : {}) } });
};

const TOLD = { endpoint: { accepts: { body: '^# HELP ' } } };

export const nodeExporter: LabProgram = {
  name: 'node-exporter',
  path: '/metrics',
  modes: [
    withoutList('require-and-verify', TOLD),
    optional('verify-if-given', TOLD),
    // No two pages of metrics are equal: which host answered is not told by one.
    { ...optional('verify-if-given-untold', { knowsNames: true }), unsure: ['AMBIGUOUS_ANSWER'] },
    unverified('require-any', TOLD),
    off('none', TOLD),
  ],
  version: () => versionLine('prometheus-node-exporter', '--version'),
  start: async (mode, files) => {
    const file = join(await mkdtemp(join(files.directory, 'exporter-')), 'web.yml');
    await writeFile(file, config(mode, files));
    const port = await freePort();
    const args = [`--web.listen-address=${HOST}:${port}`, `--web.config.file=${file}`, '--log.level=error'];
    // The time of day, and nothing else: no two pages are equal.
    const collectors = ['--collector.disable-defaults', '--collector.time'];
    return startProcess(...fromPath('prometheus-node-exporter', [...args, ...collectors]), port);
  },
};
