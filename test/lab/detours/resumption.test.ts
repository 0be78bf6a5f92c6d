/** One port, two names: a session that was earned at one of them, offered at the other without a certificate (CVE-2025-23419 and its kin). */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../../helpers/ports.ts';
import type { Checked, LabEndpoint } from '../../helpers/registry.ts';
import { HOST, type Running, startProcess } from '../servers/lab-server.ts';
import { found, inBoth, type Lab, startLab, strictEndpoint, theCheck } from './lab.ts';
import { haproxy, isMissing, nginx, type Terminator } from './proxies.ts';

let lab: Lab;
let checked: Checked;

/** Node's own way to several names: addContext. All names share the tickets of the server. */
const nodeNames = async (options: { readonly tickets: boolean }): Promise<Running> => {
  const read = (file: string) => readFile(file, 'utf8');
  const [cert, key, ca, otherCa] = await Promise.all(
    [lab.named.certificate, lab.named.privateKey, lab.files.ca, lab.files.otherCa].map(read),
  );
  // Stateless tickets, and the cache that TLS 1.2 falls back to, each in its turn.
  const { SSL_OP_NO_TICKET } = (await import('node:crypto')).constants;
  const own = options.tickets ? {} : { secureOptions: SSL_OP_NO_TICKET };
  const server = createServer(
    { cert, key, ca, requestCert: true, rejectUnauthorized: true, ...own } as object,
    (_request, response) => response.end('payments: ok\n'),
  );
  server.addContext('strict.localhost', { cert, key, ca, ...own } as object);
  server.addContext('open.localhost', { cert, key, ca: otherCa, ...own } as object);
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket)).on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
};

const pythonNames = async (tickets: 'on' | 'off'): Promise<Running> => {
  const port = await freePort();
  const { certificate, privateKey } = lab.named;
  const options = {
    port,
    cert: certificate,
    key: privateKey,
    'strict-ca': lab.files.ca,
    'open-ca': lab.files.otherCa,
    tickets,
  };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return startProcess('python3', [join(import.meta.dirname, 'sni_names.py'), ...args], port);
};

let goProgram: Promise<string> | null = null;
const goNames = async (mode: string): Promise<Running> => {
  const build = async () => {
    const program = join(lab.files.directory, 'go-names');
    const env = { ...process.env, GOTOOLCHAIN: 'local', GO111MODULE: 'off', GOFLAGS: '' };
    await promisify(execFile)('go', ['build', '-o', program, join(import.meta.dirname, 'go', 'names.go')], { env });
    return program;
  };
  goProgram ??= build();
  const port = await freePort();
  const { certificate, privateKey } = lab.named;
  const flags = { address: `${HOST}:${port}`, mode, cert: certificate, key: privateKey, ca: lab.files.ca };
  return startProcess(
    await goProgram,
    Object.entries(flags).map(([name, value]) => `-${name}=${value}`),
    port,
  );
};

const haproxyNames = async (open: string, options: string, global = ''): Promise<Running> => {
  const pem = join(lab.files.directory, 'server.pem');
  const list = await lab.write(
    `crt-list-${await freePort()}`,
    `${pem} [verify required ca-file ${lab.files.ca}] strict.localhost\n${pem} [${open}] open.localhost\n`,
  );
  return haproxy(
    lab,
    `${global}
frontend lab
  $bind crt-list ${list} ssl-min-ver TLSv1.2 ${options}
  http-request return status 200 content-type text/plain string "payments: ok\\n"`,
  );
};

const nginxNames = (program?: string): Promise<Running> =>
  nginx(
    lab,
    `ssl_session_cache shared:lab:1m;
     server { $listen default_server; server_name open.localhost; ssl_client_certificate ${lab.files.otherCa}; ssl_verify_client on;
       root $directory; error_page 404 =200 /config; }
     server { $listen; server_name strict.localhost; ssl_client_certificate ${lab.files.ca}; ssl_verify_client on;
       root $directory; error_page 404 =200 /config; }`,
    program,
  );

/** A build of nginx before 1.26.3 and 1.27.4 without a distribution's patches: `./configure --with-http_ssl_module && make`. */
const VULNERABLE_NGINX = process.env['MTLS_MONITOR_OLD_NGINX'];

type Row = {
  readonly name: string;
  readonly by: Terminator | 'here' | 'old-nginx';
  readonly neighbour: string;
  readonly start: () => Promise<Running>;
};
const ROWS: readonly Row[] = [
  {
    name: 'haproxy-two-cas',
    by: 'haproxy',
    neighbour: 'stranger',
    start: () => haproxyNames(`verify required ca-file ${lab.files.otherCa}`, ''),
  },
  { name: 'haproxy-nobody', by: 'haproxy', neighbour: 'payments', start: () => haproxyNames('verify none', '') },
  {
    name: 'haproxy-no-tickets',
    by: 'haproxy',
    neighbour: 'payments',
    start: () => haproxyNames('verify none', 'no-tls-tickets'),
  },
  {
    name: 'haproxy-no-sessions',
    by: 'haproxy',
    neighbour: 'payments',
    start: () => haproxyNames('verify none', 'no-tls-tickets', 'global\n  tune.ssl.cachesize 0'),
  },
  { name: 'node-contexts', by: 'here', neighbour: 'stranger', start: () => nodeNames({ tickets: true }) },
  { name: 'node-no-tickets', by: 'here', neighbour: 'stranger', start: () => nodeNames({ tickets: false }) },
  { name: 'python-contexts', by: 'here', neighbour: 'stranger', start: () => pythonNames('on') },
  { name: 'python-no-tickets', by: 'here', neighbour: 'stranger', start: () => pythonNames('off') },
  { name: 'go-peer', by: 'go', neighbour: 'orders', start: () => goNames('peer') },
  { name: 'go-connection', by: 'go', neighbour: 'orders', start: () => goNames('connection') },
  { name: 'go-keys', by: 'go', neighbour: 'orders', start: () => goNames('keys') },
  { name: 'nginx', by: 'nginx', neighbour: 'stranger', start: () => nginxNames() },
  { name: 'nginx-old', by: 'old-nginx', neighbour: 'stranger', start: () => nginxNames(VULNERABLE_NGINX) },
];
const isLeftOut = ({ by }: Row): boolean =>
  by === 'old-nginx' ? VULNERABLE_NGINX === undefined : by !== 'here' && isMissing(by);

beforeAll(async () => {
  lab = await startLab();
  const endpoints: LabEndpoint[] = [];
  for (const row of ROWS.filter((each) => !isLeftOut(each))) {
    const { port } = await lab.keep(row.start());
    endpoints.push(strictEndpoint(row.name, port), {
      ...strictEndpoint(`${row.name}-neighbour`, port),
      serverName: 'open.localhost',
      hostHeader: 'open.localhost',
      admits: [row.neighbour],
    });
  }
  checked = await lab.check(endpoints, { args: ['--suite', 'enforcement'] });
}, 60_000);
afterAll(() => lab.end());

const OPEN = 'fail ACCEPTED_RESUMPTION SESSIONS_SHARED';
const ALERT = 'pass REJECTED_BY_TLS_ALERT';
const STATUS = 'pass REJECTED_BY_HTTP_STATUS';
/** In TLS 1.2, in TLS 1.3; null where it gives no session, so that there is no check. */
const EXPECTED: Readonly<Record<string, readonly [string | null, string | null]>> = {
  'haproxy-two-cas': [OPEN, OPEN],
  'haproxy-nobody': [OPEN, OPEN],
  // The cache goes on without tickets.
  'haproxy-no-tickets': [OPEN, OPEN],
  'haproxy-no-sessions': [null, ALERT],
  'node-contexts': [OPEN, ALERT],
  'node-no-tickets': [ALERT, ALERT],
  'python-contexts': [OPEN, OPEN],
  'python-no-tickets': [ALERT, null],
  'go-peer': [OPEN, OPEN],
  'go-connection': [ALERT, ALERT],
  'go-keys': [ALERT, ALERT],
  // Debian's build has the fix: 421, and the TLS alert access_denied.
  nginx: [STATUS, ALERT],
  'nginx-old': [STATUS, OPEN],
};

describe.each(ROWS)('$name', (row) => {
  test.skipIf(isLeftOut(row))('a session of its neighbour, and no certificate', () => {
    const [tls12, tls13] = EXPECTED[row.name] ?? [null, null];
    expect(found(checked, row.name, 'valid-identity', 'resumption')).toEqual({
      ...inBoth({ 'valid-identity/payments': 'pass ACCEPTED' }),
      ...(tls12 === null ? {} : { 'resumption#1.2': tls12 }),
      ...(tls13 === null ? {} : { 'resumption#1.3': tls13 }),
    });
    expect(
      Object.values(found(checked, row.name, 'no-certificate')).every((each) => String(each).startsWith('pass')),
    ).toBe(true);
  });
});

test('the finding says whose session it was, and its evidence that it was resumed', () => {
  const { message, evidence } = theCheck(checked, 'python-contexts/resumption#1.3');
  expect(message).toContain('a session that stranger earned at python-contexts-neighbour');
  expect(evidence.map(({ presented, resumed }) => [presented, resumed])).toEqual([
    [null, true],
    [null, true],
    ['payments', undefined],
  ]);
});

test.skipIf(isMissing('haproxy'))(
  'a session that nobody’s certificate earned, where the neighbour asks for none',
  () => {
    const { message } = theCheck(checked, 'haproxy-nobody/resumption#1.2');
    expect(message).toContain('a session that a client without a certificate earned at haproxy-nobody-neighbour');
  },
);

test.skipIf(isMissing('haproxy'))(
  'never a session of an identity that is admitted here: no check, and one line says what to add',
  () => {
    // Given: both names admit payments, and strict.localhost asks everybody for a certificate.
    const missing = checked.report.summary.notCovered.filter(({ scenario }) => scenario === 'resumption');
    expect(found(checked, 'haproxy-nobody-neighbour', 'resumption')).toEqual({});
    expect(missing.filter(({ endpoint }) => endpoint === 'haproxy-nobody-neighbour')).toHaveLength(1);
  },
);
