/** nginx serves each kind of chain, right and wrong ones: what is found on the wire is what the table of unit tests says. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../shared/model/report.ts';
import { DAY } from '../../shared/model/time.ts';
import { issueRevocationList } from '../../shared/pki/mint/issue.ts';
import { mintCrl, scope } from '../helpers/crls.ts';
import { type PkiOnDisk, pkiOnDisk } from '../helpers/pki.ts';
import { freePort } from '../helpers/ports.ts';
import { checkLab, labRegistry } from '../helpers/registry.ts';
import { everyKind, SERIAL, type Served, shardName } from './served-kinds.ts';
import { fromPath, versionLine } from './servers/installed.ts';
import { type Running, startProcess } from './servers/lab-server.ts';

const NOW = Date.now();

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

describe.runIf(installed)('what nginx serves', () => {
  let lab: PkiOnDisk;
  let running: Running | undefined;
  let kinds: Record<string, Served> = {};
  let report: Report;

  beforeAll(async () => {
    lab = await pkiOnDisk(NOW);
    kinds = await everyKind(lab, NOW);
    const { directory, ca } = lab.files;
    const home = await mkdtemp(join(directory, 'nginx-'));
    const ports: Record<string, number> = {};
    for (const [name, { chain, key }] of Object.entries(kinds)) {
      await writeFile(join(home, `${name}.crt`), chain);
      await writeFile(join(home, `${name}.key`), key.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
      ports[name] = await freePort();
    }
    const blocks = Object.entries(ports).map(([name, port]) => block(`127.0.0.1:${port}`, name, home, ca));
    running = await startNginx(blocks.join('\n'), home, ports['good']!);
    const text = async (name: string, content: string) => {
      await writeFile(join(directory, name), content);
      return join(directory, name);
    };
    const week = { notBefore: NOW - DAY, notAfter: NOW + 6 * DAY };
    const fresh = await text('fresh.crl', issueRevocationList(lab.pki.root, [SERIAL], week));
    const shard = (number: number) => mintCrl(lab.pki.root, week, [scope(shardName(number))]);
    const shards = [{ file: await text('1.crl', shard(1)) }, { file: await text('2.crl', shard(2)) }];
    const x5c = [Buffer.from(lab.pki.root.der).toString('base64')];
    const registry = JSON.parse(
      labRegistry(
        lab.files,
        Object.entries(kinds).map(([name, own]) => ({
          name,
          url: `https://127.0.0.1:${ports[name]}/`,
          ...own.registry,
        })),
      ),
    );
    Object.assign(registry.trustBundles, {
      fresh: { file: ca, crls: [{ file: fresh }] },
      'shard-1': { file: ca, crls: shards.slice(0, 1) },
      'shard-2': { file: ca, crls: shards.slice(1) },
      shards: { file: ca, crls: shards },
      stale: { file: ca, crls: [{ file: lab.files.expiredCrl }] },
      spiffe: { file: await text('bundle.json', JSON.stringify({ keys: [{ kty: 'EC', use: 'x509-svid', x5c }] })) },
      intermediate: { file: await text('intermediate.pem', lab.pki.intermediate.certificatePem) },
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
  test('another order is a note, and no fault: all clients that were tried accept it', () => {
    expect(found('disordered')).toMatchObject({ verdict: 'pass', severity: 'info', code: 'SERVED_CHAIN_OUT_OF_ORDER' });
  });
  test('and its own cure', () => {
    const faulty = report.checks.filter(
      ({ scenario, verdict }) => scenario === 'served-certificate' && verdict === 'fail',
    );
    const advice = new Map(faulty.map(({ code, advice }) => [code, advice]));
    expect(new Set(advice.values()).size).toBe(advice.size);
    expect([...advice.values()]).not.toContain(null);
  });
  test('the days left of the whole chain, and who ends first', () => {
    expect(report.servedChains.find(({ endpoint }) => endpoint === 'ending')).toMatchObject({
      daysToExpiry: 5,
      expiresFirst: 'CN=localhost, O=Lab',
    });
  });
});
