/** nginx: refuses in HTTP (400), after a handshake that succeeds. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PkiFiles } from '../../../functions/cli/demo/pki.ts';
import { EVERY_BAD_CERTIFICATE } from '../../../functions/cli/demo/servers.ts';
import { freePort } from '../../helpers/ports.ts';
import { fromPath, type Launch, versionLine } from './installed.ts';
import { HOST, type LabProgram, type Running, startProcess } from './lab-server.ts';
import { nginxHttp, nginxMain } from './nginx-config.ts';

type Settings = {
  readonly verify: 'on' | 'optional' | 'optional_no_ca' | 'off';
  readonly crl: 'crl' | 'expiredCrl' | null;
  readonly http?: string;
  readonly server?: string;
  /** What it does before it lets in whoever TLS let in. */
  readonly location?: string;
};

const STRICT: Settings = { verify: 'on', crl: 'crl' };
const PAYMENTS_ONLY = 'if ($payments = 0) { return 403; }';
/** TLS lets in whoever brings no certificate, and the application has the last word. */
const unverifiedGet = (answer: string): Settings => ({
  verify: 'optional',
  crl: 'crl',
  location: `if ($ssl_client_verify != SUCCESS) { ${answer} }`,
});

const SETTINGS: Readonly<Record<string, Settings>> = {
  strict: { ...STRICT, location: PAYMENTS_ONLY },
  optional: { verify: 'optional', crl: 'crl' },
  optional_no_ca: { verify: 'optional_no_ca', crl: null },
  'optional_no_ca-crl': { verify: 'optional_no_ca', crl: 'crl' },
  'names-unverified': { verify: 'optional_no_ca', crl: null, location: PAYMENTS_ONLY },
  off: { verify: 'off', crl: null },
  'return-444': unverifiedGet('return 444;'),
  'soft-200': unverifiedGet('return 200 "{\\"error\\": \\"denied\\"}\\n";'),
  'redirect-login': unverifiedGet('return 302 /login;'),
  'remapped-403': {
    ...STRICT,
    server: 'error_page 495 496 =403 @denied; location @denied { return 403 "denied\\n"; }',
    location: PAYMENTS_ONLY,
  },
  'control-404': { ...STRICT, location: `${PAYMENTS_ONLY} return 404 "no such page\\n";` },
  // The first request of each TLS version gets through. `return` comes before limit_req, try_files after it.
  'rate-limited': {
    verify: 'optional',
    crl: 'crl',
    http: 'limit_req_zone $ssl_protocol zone=lab:1m rate=1r/m;',
    server: 'location @in { return 200 "payments: ok\\n"; }',
    location: 'limit_req zone=lab; limit_req_status 429; try_files /none @in;',
  },
  'expired-crl': { ...STRICT, crl: 'expiredCrl' },
};

type Place = { readonly port: number; readonly directory: string; readonly upstream: number | null };

/** The whole configuration of a mode. */
export const nginxConfig = (mode: string, { port, directory, upstream }: Place, files: PkiFiles): string => {
  const { certificate, privateKey } = files.server('good');
  const { verify, crl, http = '', server = '', location = '' } = SETTINGS[mode] ?? STRICT;
  const served = upstream === null ? 'return 200 "payments: ok\\n";' : `grpc_pass grpc://${HOST}:${upstream};`;
  const last = location.includes('try_files') ? '' : served;
  return `
${nginxMain(directory)}
http {
${nginxHttp(directory)}
  map $ssl_client_s_dn $payments { default 0; ~CN=payments 1; }
  ${http}
  server {
    listen ${HOST}:${port} ssl http2;
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_certificate ${certificate}; ssl_certificate_key ${privateKey};
    ssl_client_certificate ${files.ca}; ${crl === null ? '' : `ssl_crl ${files[crl]};`}
    ssl_verify_client ${verify}; ssl_verify_depth 2;
    ${server}
    location / { ${location} ${last} }
  }
}
`;
};

/** `upstream`: the port of a gRPC service without TLS, to which it passes on what it lets in. It speaks HTTP/2 with whoever offers it. */
export const startNginx = async (
  mode: string,
  files: PkiFiles,
  upstream: number | null = null,
  launch: Launch = fromPath,
): Promise<Running> => {
  const directory = await mkdtemp(join(files.directory, 'nginx-'));
  const port = await freePort();
  const file = join(directory, 'nginx.conf');
  await writeFile(file, nginxConfig(mode, { port, directory, upstream }, files));
  return startProcess(...launch('nginx', ['-p', directory, '-e', 'stderr', '-c', file]), port);
};

export const nginx: LabProgram = {
  name: 'nginx',
  modes: [
    { name: 'strict', fails: [], isolates: true },
    { name: 'optional', fails: ['ACCEPTED_NO_CERTIFICATE'], isolates: false },
    {
      // Errors of the issuer lookup are forgiven, no others: expired and look-alike certificates are still refused.
      name: 'optional_no_ca',
      fails: ['ACCEPTED_NO_CERTIFICATE', 'ACCEPTED_UNTRUSTED_ISSUER', 'ACCEPTED_SELF_SIGNED', 'ACCEPTED_REVOKED'],
      isolates: false,
    },
    {
      // A self-signed certificate has no CRL, and that error is not forgiven.
      name: 'optional_no_ca-crl',
      fails: ['ACCEPTED_NO_CERTIFICATE', 'ACCEPTED_UNTRUSTED_ISSUER'],
      isolates: false,
    },
    {
      // A name that nobody verified: an identity test alone would call it isolated.
      name: 'names-unverified',
      fails: ['ACCEPTED_UNTRUSTED_ISSUER', 'ACCEPTED_SELF_SIGNED', 'ACCEPTED_REVOKED'],
      isolates: true,
    },
    { name: 'off', fails: ['ACCEPTED_NO_CERTIFICATE', ...EVERY_BAD_CERTIFICATE], isolates: false, requests: false },
    { name: 'return-444', fails: [], isolates: false },
    {
      name: 'soft-200',
      fails: [],
      isolates: false,
      endpoint: { accepts: { body: 'payments: ok' }, rejects: { body: 'denied' } },
    },
    { name: 'redirect-login', fails: [], isolates: false, endpoint: { rejects: { status: [302, 400] } } },
    { name: 'remapped-403', fails: [], isolates: true },
    { name: 'control-404', fails: [], isolates: true, endpoint: { accepts: { status: [404] } } },
    // It lets everybody in, but 429 neither accepts nor refuses: no false pass.
    { name: 'rate-limited', once: true, fails: [], unsure: ['AMBIGUOUS_ANSWER'], isolates: true },
    // It refuses everybody: an outage, which proves nothing about enforcement.
    { name: 'expired-crl', fails: ['CONTROL_REJECTED'], unsure: ['CONTROL_NOT_ACCEPTED'], isolates: false },
  ],
  version: () => versionLine('nginx', '-v'),
  start: (mode, files) => startNginx(mode, files),
};
