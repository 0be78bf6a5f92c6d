/** Node's https, as the demo runs it: refuses certificates by closing, without a TLS alert. */

import { startNodeServer } from '../../../functions/cli/demo/node-server.ts';
import type { Behaviour } from '../../../functions/cli/demo/servers.ts';
import { EVERY_BAD_CERTIFICATE } from '../../../functions/cli/demo/servers.ts';
import type { LabProgram } from './lab-server.ts';
import { startHttp2BesideTls } from './node-http2-beside-tls.ts';
import { withoutSessionContext } from './node-sessions.ts';

const STRICT: Behaviour = { tls: null, clients: 'verified', authorizes: true, plaintext: false, serves: 'good' };
const behaviours: Readonly<Record<string, Behaviour>> = {
  strict: STRICT,
  optional: { ...STRICT, clients: 'optional' },
  asks: { ...STRICT, clients: 'asks', authorizes: false },
  permissive: { ...STRICT, plaintext: true },
  'any-identity': { ...STRICT, authorizes: false },
  'expired-served': { ...STRICT, serves: 'expired' },
  'misnamed-served': { ...STRICT, serves: 'wrong-name' },
};

export const node: LabProgram = {
  name: 'node',
  modes: [
    { name: 'strict', fails: [], isolates: true },
    { name: 'optional', fails: ['ACCEPTED_NO_CERTIFICATE'], isolates: true },
    { name: 'asks', fails: EVERY_BAD_CERTIFICATE, isolates: false },
    { name: 'permissive', fails: ['ACCEPTED_PLAINTEXT'], isolates: true },
    { name: 'any-identity', fails: ['ACCEPTED_FOREIGN_IDENTITY'], isolates: true },
    { name: 'expired-served', fails: ['SERVED_CHAIN_EXPIRED'], isolates: true },
    { name: 'misnamed-served', fails: ['SERVED_NAME_MISMATCH'], isolates: true },
    // It closes on HTTP/1.1 without TLS, and serves HTTP/2 without TLS.
    { name: 'permissive-http2', fails: ['ACCEPTED_PLAINTEXT'], isolates: true },
    { name: 'sniffing', fails: [], isolates: true },
    // OpenSSL refuses every resumed session with internal_error, as under Squid 5.7 and actix-web.
    { name: 'no-session-context', fails: ['RESUMED_IDENTITY_REJECTED'], isolates: true },
  ],
  version: async () => `node ${process.versions.node}`,
  start: (mode, files) => {
    if (mode === 'no-session-context') return withoutSessionContext(files);
    if (mode === 'permissive-http2' || mode === 'sniffing')
      return startHttp2BesideTls(files, mode === 'permissive-http2');
    return startNodeServer(behaviours[mode] ?? STRICT, files);
  },
};
