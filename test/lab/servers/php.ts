/** PHP's streams, run from the source beside this file. They read no revocation list of their own. */
import { join } from 'node:path';
import type { PkiFiles } from '../../../functions/cli/demo/pki.ts';
import { freePort } from '../../helpers/ports.ts';
import { versionLine } from './installed.ts';
import { HOST, type LabProgram, startProcess } from './lab-server.ts';
import { off, optional, withoutList } from './modes.ts';

const SOURCE = join(import.meta.dirname, 'php/server.php');

const clientsOf = (mode: string, files: PkiFiles): Readonly<Record<string, unknown>> => ({
  cafile: files.ca,
  ...(mode === 'cafile-only' ? {} : { verify_peer: mode !== 'not-verify-peer' }),
  verify_peer_name: false,
  allow_self_signed: mode === 'allow-self-signed',
});

export const php: LabProgram = {
  name: 'php',
  modes: [
    withoutList('verify-peer'),
    { name: 'allow-self-signed', fails: ['ACCEPTED_REVOKED', 'ACCEPTED_SELF_SIGNED'], isolates: false },
    optional('cafile-only'),
    off('not-verify-peer'),
  ],
  version: () =>
    versionLine('php', '-r', 'echo "PHP ", PHP_VERSION, ", ", OPENSSL_VERSION_TEXT; pcntl_signal_dispatch();'),
  start: async (mode, files) => {
    const port = await freePort();
    const { certificate, privateKey } = files.server('good');
    const options = JSON.stringify(clientsOf(mode, files));
    return startProcess('php', [SOURCE, `${HOST}:${port}`, certificate, privateKey, options], port);
  },
};
