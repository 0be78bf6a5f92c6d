/** nghttpx in front of plain HTTP: refuses with TLS alerts. It reads no CRL and tells no identities apart. */
import type { PkiFiles } from '../../../functions/cli/demo/pki.ts';
import { freePort } from '../../helpers/ports.ts';
import { fromPath, versionLine } from './installed.ts';
import { HOST, type LabProgram, startProcess } from './lab-server.ts';
import { off, refusesControl, withoutList } from './modes.ts';
import { inFrontOfBackend } from './plain-backend.ts';

const clientsOf = (mode: string, files: PkiFiles): readonly string[] => [
  ...(mode === 'cacert-only' ? [] : ['--verify-client']),
  ...(mode === 'without-cacert' ? [] : [`--verify-client-cacert=${files.ca}`]),
  ...(mode === 'tolerate-expired' ? ['--verify-client-tolerate-expired'] : []),
];

export const nghttpx: LabProgram = {
  name: 'nghttpx',
  modes: [
    withoutList('verify-client'),
    { name: 'tolerate-expired', fails: ['ACCEPTED_EXPIRED', 'ACCEPTED_REVOKED'], isolates: false },
    off('cacert-only'),
    // The machine's own CAs are what it trusts then.
    refusesControl('without-cacert'),
  ],
  version: () => versionLine('nghttpx', '--version'),
  start: (mode, files) =>
    inFrontOfBackend(async (backend) => {
      const port = await freePort();
      const { certificate, privateKey } = files.server('good');
      const served = [`--frontend=${HOST},${port}`, `--backend=${HOST},${backend}`, '--conf=/dev/null', '--workers=1'];
      const args = [...served, '--log-level=ERROR', ...clientsOf(mode, files), privateKey, certificate];
      return startProcess(...fromPath('nghttpx', args), port);
    }),
};
