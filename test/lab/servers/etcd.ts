/** etcd: Go's TLS, and a revocation list that it looks into after the handshake, where it closes without an alert. */
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { PkiFiles } from '../../../functions/cli/demo/pki.ts';
import { freePort } from '../../helpers/ports.ts';
import { fromPath, versionLine } from './installed.ts';
import { HOST, type LabProgram, startProcess } from './lab-server.ts';
import { enforced, off, withoutList } from './modes.ts';

const clientsOf = (mode: string, files: PkiFiles): readonly string[] => {
  if (mode === 'none') return [];
  const trusted = `--trusted-ca-file=${files.ca}`;
  // Without --client-cert-auth the CA alone is enough for it to demand a certificate.
  if (mode === 'trusted-ca-file-only') return [trusted];
  return [trusted, '--client-cert-auth', ...(mode === 'strict' ? [`--client-crl-file=${files.crl}`] : [])];
};

export const etcd: LabProgram = {
  name: 'etcd',
  path: '/health',
  modes: [enforced('strict'), withoutList('no-crl'), withoutList('trusted-ca-file-only'), off('none')],
  version: () => versionLine('etcd', '--version'),
  start: async (mode, files) => {
    const [port, peer] = [await freePort(), await freePort()];
    const { certificate, privateKey } = files.server('good');
    const url = `https://${HOST}:${port}`;
    const args = [
      `--data-dir=${await mkdtemp(join(files.directory, 'etcd-'))}`,
      ...[`--listen-client-urls=${url}`, `--advertise-client-urls=${url}`],
      `--listen-peer-urls=http://${HOST}:${peer}`,
      ...[`--cert-file=${certificate}`, `--key-file=${privateKey}`, '--log-level=error', '--unsafe-no-fsync'],
    ];
    return startProcess(...fromPath('etcd', [...args, ...clientsOf(mode, files)]), port);
  },
};
