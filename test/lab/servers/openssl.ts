/** `openssl s_server`, as the demo runs it. */

import { opensslVersion, startOpensslServer } from '../../../functions/cli/demo/openssl-server.ts';
import type { Behaviour } from '../../../functions/cli/demo/servers.ts';
import { EVERY_BAD_CERTIFICATE } from '../../../functions/cli/demo/servers.ts';
import type { LabProgram } from './lab-server.ts';

const behaviours: Readonly<Record<string, Behaviour['clients']>> = {
  strict: 'verified',
  'verify-without-return-error': 'asks',
  'verify-lower-case': 'optional',
};

export const openssl: LabProgram = {
  name: 'openssl',
  modes: [
    { name: 'strict', fails: [], isolates: false },
    { name: 'verify-without-return-error', fails: EVERY_BAD_CERTIFICATE, isolates: false },
    { name: 'verify-lower-case', fails: ['ACCEPTED_NO_CERTIFICATE'], isolates: false },
  ],
  version: opensslVersion,
  start: (mode, files) =>
    startOpensslServer(
      { tls: null, clients: behaviours[mode] ?? 'verified', authorizes: false, plaintext: false, serves: 'good' },
      files,
    ),
};
