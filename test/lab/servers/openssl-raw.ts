/** `openssl s_server -rev`: no protocol above TLS but that each line comes back reversed. */
import { opensslVersion } from '../../../functions/cli/demo/openssl-server.ts';
import type { PkiFiles } from '../../../functions/cli/demo/pki.ts';
import { EVERY_BAD_CERTIFICATE } from '../../../functions/cli/demo/servers.ts';
import { freePort } from '../../helpers/ports.ts';
import { fromPath, type Launch } from './installed.ts';
import { HOST, type LabProgram, type Running, startProcess } from './lab-server.ts';

const ASKED = { tls: { send: 'ping\n', expect: 'gnip' } };
/** Whoever may stay is in. It serves one client at a time: without a line to judge, one that says nothing would keep out the rest. */
/** One client at a time: whoever waits behind one that is kept open is not being judged. */
const WAITED = { tls: { send: 'ping\n' }, limits: { perAddress: 1 } };

const clientsOf = (mode: string, files: PkiFiles): readonly string[] => {
  const verified = ['-CAfile', files.caWithCrl, '-verify_return_error', '-crl_check_all'];
  if (mode.startsWith('strict')) return ['-Verify', '1', ...verified];
  if (mode === 'optional') return ['-verify', '1', ...verified];
  return mode === 'asks' ? ['-Verify', '1', '-CAfile', files.caWithCrl] : [];
};

export const startOpensslRaw = async (mode: string, files: PkiFiles, launch: Launch = fromPath): Promise<Running> => {
  const port = await freePort();
  const { certificate, privateKey } = files.server('good');
  const served = ['-accept', `${HOST}:${port}`, '-cert', certificate, '-key', privateKey];
  return startProcess(...launch('openssl', ['s_server', '-quiet', '-rev', ...served, ...clientsOf(mode, files)]), port);
};

export const opensslRaw: LabProgram = {
  name: 'openssl-raw',
  scheme: 'tls',
  modes: [
    { name: 'strict', fails: [], isolates: false, endpoint: ASKED },
    { name: 'strict-window', fails: [], isolates: false, endpoint: WAITED },
    { name: 'optional', fails: ['ACCEPTED_NO_CERTIFICATE'], isolates: false, endpoint: ASKED },
    { name: 'asks', fails: EVERY_BAD_CERTIFICATE, isolates: false, endpoint: ASKED },
    {
      name: 'off',
      fails: ['ACCEPTED_NO_CERTIFICATE', ...EVERY_BAD_CERTIFICATE],
      isolates: false,
      endpoint: ASKED,
      requests: false,
    },
  ],
  version: opensslVersion,
  start: (mode, files) => startOpensslRaw(mode, files),
};
