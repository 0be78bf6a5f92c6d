/** OCSP staples as real servers serve them, made by Python's `cryptography` and by `openssl ocsp`. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../shared/model/report.ts';
import { type PkiOnDisk, pkiOnDisk } from '../helpers/pki.ts';
import { freePort } from '../helpers/ports.ts';
import { checkLab, labRegistry } from '../helpers/registry.ts';
import { pythonTools } from '../setup/python-venv.ts';
import { envoyConfig } from './servers/envoy-config.ts';
import { fromPath, versionLine } from './servers/installed.ts';
import { type Running, startProcess } from './servers/lab-server.ts';

const tools = await pythonTools();
/** Under CI nothing may be missing. */
const strict = process.env['CI'] === 'true';
const haproxy = strict || (await versionLine('haproxy', '-v')) !== null;
const installed = strict || (tools.ok && (await versionLine('nginx', '-v')) !== null);

type Case = { readonly certificate: 'leaf' | 'must'; readonly staple: string | null; readonly code: string };
const leaf = (staple: string | null, code: string): Case => ({ certificate: 'leaf', staple, code });
const CASES: Readonly<Record<string, Case>> = {
  none: leaf(null, 'SERVED_CHAIN_OK'),
  good: leaf('good', 'SERVED_CHAIN_OK'),
  sha256: leaf('sha256', 'SERVED_CHAIN_OK'),
  endless: leaf('endless', 'SERVED_CHAIN_OK'),
  delegated: leaf('delegated', 'SERVED_CHAIN_OK'),
  'openssl-good': leaf('openssl-good', 'SERVED_CHAIN_OK'),
  'openssl-revoked': leaf('openssl-revoked', 'SERVED_CERTIFICATE_REVOKED'),
  revoked: leaf('revoked', 'SERVED_CERTIFICATE_REVOKED'),
  expired: leaf('expired', 'OCSP_STAPLE_EXPIRED'),
  ending: leaf('ending', 'OCSP_STAPLE_EXPIRES_SOON'),
  other: leaf('other', 'OCSP_STAPLE_INVALID'),
  unknown: leaf('unknown', 'OCSP_STAPLE_INVALID'),
  forged: leaf('forged', 'OCSP_STAPLE_INVALID'),
  // Whoever cannot sign for the CA cannot revoke either.
  'forged-revoked': leaf('forged-revoked', 'OCSP_STAPLE_INVALID'),
  undelegated: leaf('undelegated', 'OCSP_STAPLE_INVALID'),
  retired: leaf('retired', 'OCSP_STAPLE_INVALID'),
  foreign: leaf('foreign', 'OCSP_STAPLE_INVALID'),
  early: leaf('early', 'OCSP_STAPLE_INVALID'),
  must: { certificate: 'must', staple: 'must-good', code: 'SERVED_CHAIN_OK' },
  missing: { certificate: 'must', staple: null, code: 'OCSP_STAPLE_MISSING' },
};
/** What nginx does not load: Node staples any bytes. */
const RAW: Readonly<Record<string, string>> = {
  'node-good': 'SERVED_CHAIN_OK',
  'node-try-later': 'OCSP_STAPLE_INVALID',
  'node-rubbish': 'OCSP_STAPLE_INVALID',
};

describe.runIf(installed)('OCSP staples', () => {
  let lab: PkiOnDisk;
  let home: string;
  let report: Report;
  const running: Running[] = [];
  const path = (name: string) => join(home, name);

  /** The index that `openssl ocsp` reads: status, expiry, revocation, serial number, file, name. */
  const byOpenssl = (name: string, status: string) => {
    const certificate = readFileSync(path('leaf.crt'));
    const serial = execFileSync('openssl', ['x509', '-noout', '-serial'], { input: certificate })
      .toString()
      .slice(7)
      .trim();
    writeFileSync(path('index'), `${status}\t${serial}\tunknown\t/CN=stapled\n`);
    const args = `ocsp -index index -CA root.crt -rsigner root.crt -rkey root.key -issuer root.crt -cert leaf.crt -ndays 7 -respout ${name}.der`;
    execFileSync('openssl', args.split(' '), { cwd: home, stdio: 'pipe' });
  };

  const startNginx = async (): Promise<Readonly<Record<string, number>>> => {
    const ports: Record<string, number> = {};
    for (const name of Object.keys(CASES)) ports[name] = await freePort();
    const blocks = Object.entries(CASES).map(([name, { certificate, staple }]) => {
      const stapling = staple === null ? '' : `ssl_stapling on; ssl_stapling_file ${path(`${staple}.der`)};`;
      return `server { listen 127.0.0.1:${ports[name]} ssl; ssl_certificate ${path(`${certificate}.crt`)};
  ssl_certificate_key ${path(`${certificate}.key`)}; ssl_client_certificate ${lab.files.ca}; ssl_verify_client on; ${stapling}
  location / { return 200 "ok\\n"; } }`;
    });
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (each) => `${each}_temp_path ${path(each)};`,
    );
    writeFileSync(
      path('nginx.conf'),
      `daemon off; master_process off; pid ${path('nginx.pid')}; events { worker_connections 256; }
http { access_log off; ${temporary.join(' ')} ssl_protocols TLSv1.2 TLSv1.3; ${blocks.join('\n')} }`,
    );
    const program = fromPath('nginx', ['-p', home, '-e', 'stderr', '-c', path('nginx.conf')]);
    running.push(await startProcess(...program, ports['good']!));
    return ports;
  };

  const startOpenssl = async (): Promise<number> => {
    const port = await freePort();
    const args = `s_server -accept 127.0.0.1:${port} -cert ${path('leaf.crt')} -key ${path('leaf.key')} -CAfile ${lab.files.ca} -Verify 2 -verify_return_error -status_file ${path('revoked.der')} -www`;
    running.push(await startProcess('openssl', args.split(' '), port));
    return port;
  };

  /** HAProxy takes `.issuer` and `.ocsp` beside the certificate. */
  const startHaproxy = async (): Promise<number> => {
    const port = await freePort();
    const pem = path('haproxy.pem');
    writeFileSync(pem, `${readFileSync(path('must.crt'))}${readFileSync(path('must.key'))}`, { mode: 0o600 });
    writeFileSync(`${pem}.issuer`, readFileSync(path('root.crt')));
    writeFileSync(`${pem}.ocsp`, readFileSync(path('must-good.der')));
    writeFileSync(
      path('haproxy.cfg'),
      `defaults
  mode http
  timeout client 5s
  timeout server 5s
  timeout connect 5s
frontend tls
  bind 127.0.0.1:${port} ssl crt ${pem} ca-file ${lab.files.ca} verify required
  http-request return status 200 content-type text/plain string "ok"
`,
    );
    running.push(await startProcess(...fromPath('haproxy', ['-f', path('haproxy.cfg'), '-db']), port));
    return port;
  };

  const startEnvoy = async (): Promise<number> => {
    if (!tools.ok) throw new Error(tools.reason);
    const port = await freePort();
    const config = JSON.parse(envoyConfig('strict', port, lab.files, null));
    const [certificate] =
      config.static_resources.listeners[0].filter_chains[0].transport_socket.typed_config.common_tls_context
        .tls_certificates;
    certificate.certificate_chain.filename = path('must.crt');
    certificate.private_key.filename = path('must.key');
    certificate.ocsp_staple = { filename: path('must-good.der') };
    writeFileSync(path('envoy.yaml'), JSON.stringify(config));
    running.push(
      await startProcess(
        tools.tool('envoy'),
        ['--config-path', path('envoy.yaml'), '--disable-hot-restart', '--concurrency', '1', '-l', 'warning'],
        port,
      ),
    );
    return port;
  };

  const startNode = async (name: string): Promise<number> => {
    const [cert, key, ca] = [path('leaf.crt'), path('leaf.key'), lab.files.ca].map((each) => readFileSync(each));
    // After a HelloRetryRequest (it prefers X25519MLKEM768) Node's server staples nothing: it has used the response up.
    const server = createServer({ cert, key, ca, requestCert: true, ecdhCurve: 'X25519' }, (_, response) =>
      response.end('ok'),
    );
    server.on('OCSPRequest', (_certificate, _issuer, answer) =>
      answer(null, readFileSync(path(`${name.slice('node-'.length)}.der`))),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    running.push({ stop: async () => void server.close() } as Running);
    return (server.address() as AddressInfo).port;
  };

  beforeAll(async () => {
    if (!tools.ok) throw new Error(tools.reason);
    lab = await pkiOnDisk();
    home = mkdtempSync(join(lab.files.directory, 'staples-'));
    const script = join(import.meta.dirname, 'identities/make-staples.py');
    execFileSync(tools.tool('python'), [script, home, String(Math.floor(Date.now() / 1000))]);
    byOpenssl('openssl-good', 'V\t401231000000Z\t');
    byOpenssl('openssl-revoked', 'R\t401231000000Z\t260101000000Z');
    const ports: Record<string, number> = { ...(await startNginx()), openssl: await startOpenssl() };
    if (haproxy) ports['haproxy'] = await startHaproxy();
    ports['envoy'] = await startEnvoy();
    for (const name of Object.keys(RAW)) ports[name] = await startNode(name);
    const endpoints = Object.entries(ports).map(([name, port]) => ({
      name,
      url: `https://127.0.0.1:${port}/`,
      trustBundle: 'staples',
    }));
    const registry = JSON.parse(labRegistry(lab.files, endpoints));
    registry.trustBundles.staples = { file: path('root.crt') };
    ({ report } = await checkLab(JSON.stringify(registry), lab.files, '--suite', 'certificates'));
  });
  afterAll(async () => {
    for (const each of running) await each.stop();
    lab?.remove();
  });

  const found = (endpoint: string) =>
    report.checks.find((check) => check.endpoint === endpoint && check.scenario === 'served-certificate');

  test('each has the code that it deserves', () => {
    const expected = {
      ...Object.fromEntries(Object.entries(CASES).map(([name, { code }]) => [name, code])),
      ...RAW,
      openssl: 'SERVED_CERTIFICATE_REVOKED',
      // Of a certificate that demands a staple: without one it would be missing.
      ...(haproxy ? { haproxy: 'SERVED_CHAIN_OK' } : {}),
      envoy: 'SERVED_CHAIN_OK',
    };
    expect(Object.fromEntries(Object.keys(expected).map((name) => [name, found(name)?.code]))).toEqual(expected);
  });
  test('a message says what is wrong with it', () => {
    expect(found('forged')?.message).toMatch(
      /^forged: the OCSP staple of \S+stapled\S* is signed neither by its issuer nor by a responder that the issuer authorised\.$/,
    );
    expect(found('node-try-later')?.message).toContain('tryLater');
    expect(found('revoked')?.severity).toBe('critical');
    expect(found('missing')?.severity).toBe('warning');
  });
});
