/** nginx serves each kind of chain, right and wrong ones: what is found on the wire is what the table of unit tests says. */
import { execFileSync } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../shared/model/report.ts';
import { DAY } from '../../shared/model/time.ts';
import {
  type Authority,
  type CertificateRequest,
  type Issued,
  issue,
  issueAuthority,
  issueRevocationList,
} from '../../shared/pki/mint-issue.ts';
import { type PkiOnDisk, pkiOnDisk } from '../helpers/pki.ts';
import { checkLab, labRegistry } from '../helpers/registry.ts';
import { fromPath, versionLine } from './servers/installed.ts';
import { freePort, type Running, startProcess } from './servers/lab-server.ts';

const NOW = Date.now();
const validity = { notBefore: NOW - 30 * DAY, notAfter: NOW + 335 * DAY };
const LOOPBACK = [{ dns: 'localhost' }, { ip: '127.0.0.1' }, { ip: '::1' }] as const;
const SERIAL = Uint8Array.of(0x77, 1);

type Served = {
  readonly chain: string;
  readonly key: Issued['privateKey'];
  readonly code: string;
  readonly registry?: object;
};

const leaf = (authority: Authority, own: Partial<CertificateRequest> = {}) =>
  issue(
    { subject: 'CN=localhost, O=Lab', validity, altNames: [...LOOPBACK], extendedKeyUsage: ['serverAuth'], ...own },
    authority,
  );
const whole = ({ certificatePem: chain, privateKey: key }: Issued, code: string, registry = {}): Served => ({
  chain,
  key,
  code,
  registry,
});
const firstOf = (pem: string) => `${pem.split('-----END CERTIFICATE-----')[0]}-----END CERTIFICATE-----\n`;

/** Issued again by openssl with SHA-1: our own minting does not know it. */
const withSha1 = async (directory: string, root: Authority): Promise<Served> => {
  const path = (name: string) => join(directory, name);
  const { privateKey } = await leaf(root);
  await writeFile(path('sha1.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  await writeFile(path('sha1-ca.key'), root.privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  await writeFile(path('sha1-ca.pem'), root.certificatePem);
  await writeFile(path('sha1.ext'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n');
  const openssl = (args: string, input?: Buffer) =>
    execFileSync('openssl', args.split(' '), { cwd: directory, ...(input && { input }) });
  const request = openssl('req -new -key sha1.key -subj /CN=localhost');
  const chain = openssl(
    'x509 -req -sha1 -days 300 -CA sha1-ca.pem -CAkey sha1-ca.key -extfile sha1.ext',
    request,
  ).toString();
  return { chain, key: privateKey, code: 'SERVED_SIGNATURE_WEAK' };
};

const everyKind = async ({ pki, files }: PkiOnDisk): Promise<Record<string, Served>> => {
  const { root, intermediate, otherRoot } = pki;
  const inner = await issueAuthority({ subject: 'CN=Lab inner, O=Lab', validity }, { parent: intermediate });
  const deep = await leaf(inner);
  const chained = await leaf(intermediate);
  const own = await issueAuthority({ subject: 'CN=localhost', validity, altNames: [...LOOPBACK] });
  const foreign = await leaf(otherRoot);
  const spiffe = { altNames: [...LOOPBACK, { uri: 'spiffe://lab.test/orders' }] };
  const ends = (from: number, to: number) => ({ validity: { notBefore: NOW + from * DAY, notAfter: NOW + to * DAY } });
  return {
    good: whole(await leaf(root), 'SERVED_CHAIN_OK'),
    deep: whole(deep, 'SERVED_CHAIN_OK'),
    disordered: {
      ...whole(deep, 'SERVED_CHAIN_OUT_OF_ORDER'),
      chain: firstOf(deep.certificatePem) + intermediate.certificatePem + inner.certificatePem,
    },
    incomplete: { ...whole(chained, 'SERVED_CHAIN_INCOMPLETE'), chain: firstOf(chained.certificatePem) },
    'self-signed': whole(own, 'SERVED_CHAIN_SELF_SIGNED'),
    foreign: { ...whole(foreign, 'SERVED_CHAIN_UNTRUSTED'), chain: foreign.certificatePem + otherRoot.certificatePem },
    expired: whole(await leaf(root, ends(-90, -1)), 'SERVED_CHAIN_EXPIRED'),
    early: whole(await leaf(root, ends(1, 90)), 'SERVED_CHAIN_NOT_YET_VALID'),
    ending: whole(await leaf(root, ends(-85, 5)), 'SERVED_CHAIN_EXPIRES_SOON'),
    misnamed: whole(await leaf(root, { altNames: [{ dns: 'elsewhere.test' }] }), 'SERVED_NAME_MISMATCH'),
    workload: whole(await leaf(root, spiffe), 'SERVED_CHAIN_OK', { serverIdentity: 'spiffe://lab.test/orders' }),
    'other-workload': whole(await leaf(root, spiffe), 'SERVED_IDENTITY_MISMATCH', {
      serverIdentity: 'spiffe://lab.test/payments',
    }),
    client: whole(await leaf(root, { extendedKeyUsage: ['clientAuth'] }), 'SERVED_CHAIN_WRONG_USAGE'),
    short: whole(await leaf(root, { keyKind: 'rsa-1024' }), 'SERVED_KEY_WEAK'),
    sha1: await withSha1(files.directory, root),
    revoked: whole(await leaf(root, { serial: SERIAL }), 'SERVED_CERTIFICATE_REVOKED', { trustBundle: 'fresh' }),
    'not-revoked': whole(await leaf(root), 'SERVED_CHAIN_OK', { trustBundle: 'fresh' }),
    'stale-crl': whole(await leaf(root), 'CRL_EXPIRED', { trustBundle: 'stale' }),
    'spiffe-bundle': whole(await leaf(root), 'SERVED_CHAIN_OK', { trustBundle: 'spiffe' }),
    pinned: whole(await leaf(root), 'TRUST_BUNDLE_HOLDS_LEAF', { trustBundle: 'leaf' }),
  };
};

const block = (listen: string, name: string, directory: string, ca: string) => `server {
  listen ${listen} ssl; ssl_certificate ${directory}/${name}.crt; ssl_certificate_key ${directory}/${name}.key;
  ssl_client_certificate ${ca}; ssl_verify_client on; location / { return 200 "ok\\n"; }
}`;

const startNginx = async (blocks: string, directory: string, port: number): Promise<Running> => {
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (each) => `${each}_temp_path ${directory}/${each};`,
  );
  await writeFile(
    join(directory, 'nginx.conf'),
    `daemon off; master_process off; pid ${directory}/nginx.pid; events { worker_connections 256; }
http { access_log off; ${paths.join(' ')} ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers DEFAULT:@SECLEVEL=0; ${blocks} }`,
  );
  return startProcess(
    ...fromPath('nginx', ['-p', directory, '-e', 'stderr', '-c', join(directory, 'nginx.conf')]),
    port,
  );
};

const installed = (await versionLine('nginx', '-v')) !== null;
const hasBoth = new Set((await lookup('localhost', { all: true })).map(({ family }) => family)).size === 2;

describe.runIf(installed)('what nginx serves', () => {
  let lab: PkiOnDisk;
  let running: Running | undefined;
  let kinds: Record<string, Served> = {};
  let report: Report;

  beforeAll(async () => {
    lab = await pkiOnDisk(NOW);
    kinds = await everyKind(lab);
    const { directory, ca } = lab.files;
    const home = await mkdtemp(join(directory, 'nginx-'));
    const ports: Record<string, number> = {};
    for (const [name, { chain, key }] of Object.entries(kinds)) {
      await writeFile(join(home, `${name}.crt`), chain);
      await writeFile(join(home, `${name}.key`), key.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
      ports[name] = await freePort();
    }
    const differing = await freePort();
    const blocks = [
      ...Object.entries(ports).map(([name, port]) => block(`127.0.0.1:${port}`, name, home, ca)),
      ...(hasBoth
        ? [block(`127.0.0.1:${differing}`, 'good', home, ca), block(`[::1]:${differing}`, 'not-revoked', home, ca)]
        : []),
    ];
    running = await startNginx(blocks.join('\n'), home, ports['good']!);
    const text = async (name: string, content: string) => {
      await writeFile(join(directory, name), content);
      return join(directory, name);
    };
    const week = { notBefore: NOW - DAY, notAfter: NOW + 6 * DAY };
    const fresh = await text('fresh.crl', issueRevocationList(lab.pki.root, [SERIAL], week));
    const x5c = [Buffer.from(lab.pki.root.der).toString('base64')];
    const registry = JSON.parse(
      labRegistry(lab.files, [
        ...Object.entries(kinds).map(([name, own]) => ({
          name,
          url: `https://127.0.0.1:${ports[name]}/`,
          ...own.registry,
        })),
        ...(hasBoth ? [{ name: 'two-sides', url: `https://localhost:${differing}/`, addresses: 'all' }] : []),
      ]),
    );
    Object.assign(registry.trustBundles, {
      fresh: { file: ca, crls: [{ file: fresh }] },
      stale: { file: ca, crls: [{ file: lab.files.expiredCrl }] },
      spiffe: { file: await text('bundle.json', JSON.stringify({ keys: [{ kty: 'EC', use: 'x509-svid', x5c }] })) },
      leaf: { file: await text('leaf.pem', kinds['pinned']!.chain) },
    });
    ({ report } = await checkLab(JSON.stringify(registry), lab.files, '--suite', 'certificates'));
  });
  afterAll(async () => {
    await running?.stop();
    lab.remove();
  });

  const found = (endpoint: string) =>
    report.checks.find((check) => check.endpoint === endpoint && check.scenario === 'served-certificate');

  test('each has its own code', () => {
    const codes = Object.fromEntries(Object.keys(kinds).map((name) => [name, found(name)?.code]));
    expect(codes).toEqual(Object.fromEntries(Object.entries(kinds).map(([name, { code }]) => [name, code])));
  });
  test('and its own cure', () => {
    const faulty = report.checks.filter(
      ({ scenario, verdict }) => scenario === 'served-certificate' && verdict === 'fail',
    );
    const advice = new Map(faulty.map(({ code, advice }) => [code, advice]));
    expect(new Set(advice.values()).size).toBe(advice.size);
    expect([...advice.values()]).not.toContain(null);
  });
  test.runIf(hasBoth)('another certificate at one of two addresses', () => {
    expect(found('two-sides')).toMatchObject({ verdict: 'fail', code: 'SERVED_CHAINS_DIFFER', severity: 'warning' });
    expect(found('two-sides')?.message).toMatch(/127\.0\.0\.1:\d+: SHA-256 .*\[::1\]:\d+: SHA-256/);
  });
  test('the days left of the whole chain, and who ends first', () => {
    expect(report.servedChains.find(({ endpoint }) => endpoint === 'ending')).toMatchObject({
      daysToExpiry: 5,
      expiresFirst: 'CN=localhost, O=Lab',
    });
  });
});
