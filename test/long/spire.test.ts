/** SPIRE issues the identities that a check uses, and rotates them while runs go on; its own commands say what it issues. */
import { X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSource } from '../../shared/claims/read-source.ts';
import { reportSchema } from '../../shared/model/report.ts';
import { certificateFacts } from '../../shared/pki/x509/certificate.ts';
import { freePort } from '../helpers/ports.ts';
import { mtlsMonitor } from '../helpers/registry.ts';
import { fromPath } from '../lab/servers/installed.ts';
import { HOST, type Running, startProcess } from '../lab/servers/lab-server.ts';
import { DOMAIN, eventually, hasSpire, type Spire, startSpire } from './spire-processes.ts';

const REASON = 'needs SPIRE: bash test/setup/install-spire.sh builds it, in a quarter of an hour';
const PAYMENTS = `spiffe://${DOMAIN}/payments`;
/** An agent renews at half of it. */
const SECONDS = 20;

describe.skipIf(!hasSpire)(`SPIRE${hasSpire ? '' : ` (${REASON})`}`, () => {
  let spire: Spire;
  let relyingParty: Running;
  const at = (name: string) => join(spire.folder, name);
  /** The agent's newest, as files. */
  const fetchSvid = async (): Promise<X509Certificate> => {
    await spire.agent('api', 'fetch', 'x509', '-silent', '-write', spire.folder);
    return new X509Certificate(readFileSync(at('svid.0.pem')));
  };

  beforeAll(async () => {
    spire = await startSpire();
    const selector = `unix:uid:${process.getuid?.()}`;
    const entry = ['-parentID', `spiffe://${DOMAIN}/host`, '-spiffeID', PAYMENTS, '-selector', selector];
    await spire.server('entry', 'create', ...entry, '-x509SVIDTTL', String(SECONDS), '-dns', 'payments.example.org');
    await spire.server(
      'x509',
      'mint',
      '-spiffeID',
      `spiffe://${DOMAIN}/server`,
      '-dns',
      'localhost',
      '-ttl',
      '12h',
      '-write',
      spire.folder,
    );
    writeFileSync(at('bundle.json'), await spire.server('bundle', 'show', '-format', 'spiffe'));
    await eventually(fetchSvid);
    relyingParty = await startNginx();
  });
  afterAll(async () => {
    await relyingParty?.stop();
    await spire?.stop();
  });

  const startNginx = async (): Promise<Running> => {
    const port = await freePort();
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (each) => `${each}_temp_path ${at(each)};`,
    );
    writeFileSync(
      at('nginx.conf'),
      `daemon off; master_process off; pid ${at('nginx.pid')}; error_log ${at('error.log')};
       events {} http { access_log off; ${temporary.join(' ')}
       server { listen ${HOST}:${port} ssl; ssl_certificate ${at('svid.pem')}; ssl_certificate_key ${at('key.pem')};
       ssl_client_certificate ${at('root.pem')}; ssl_verify_client on; location / { return 200 "ok\\n"; } } }`,
    );
    writeFileSync(
      at('registry.yaml'),
      JSON.stringify({
        version: 1,
        trustBundles: { spire: { file: 'bundle.json' } },
        identities: { payments: { certificate: 'svid.0.pem', privateKey: 'svid.0.key', principal: PAYMENTS } },
        endpoints: [
          {
            name: 'payments',
            url: `https://localhost:${port}/`,
            trustBundle: 'spire',
            admits: ['payments'],
            refuses: [],
          },
        ],
      }),
    );
    return startProcess(...fromPath('nginx', ['-p', spire.folder, '-e', 'stderr', '-c', at('nginx.conf')]), port);
  };
  const check = async (): Promise<readonly string[]> => {
    const { stdout } = await mtlsMonitor('check', at('registry.yaml'), '--suite', 'enforcement', '--format', 'json');
    const { checks } = reportSchema.parse(JSON.parse(stdout));
    expect(checks.find(({ scenario }) => scenario === 'valid-identity')?.verdict).toBe('pass');
    return checks.filter(({ verdict }) => verdict !== 'pass').map(({ id, code }) => `${id} ${code}`);
  };

  test('a check passes with its SVIDs and its bundle, before and after a rotation', async () => {
    const before = await fetchSvid();
    expect(await check()).toEqual([]);
    const after = await eventually(
      async () => {
        const next = await fetchSvid();
        expect(next.serialNumber).not.toBe(before.serialNumber);
        return next;
      },
      2 * SECONDS * 1000,
    );
    expect(await check()).toEqual([]);
    expect(after.subjectAltName).toBe(before.subjectAltName);
  });

  test('what its commands say is read: identities, lifetimes, dates and CAs, and no key', async () => {
    const svid = await spire.agent('api', 'fetch', 'x509', '-output', 'json');
    const files = [
      { name: 'entries.json', text: await spire.server('entry', 'show', '-output', 'json') },
      { name: 'bundle.json', text: readFileSync(at('bundle.json'), 'utf8') },
      { name: 'bundle-api.json', text: await spire.server('bundle', 'show', '-output', 'json') },
      { name: 'bundle.pem', text: readFileSync(at('root.pem'), 'utf8') },
      { name: 'agents.json', text: await spire.server('agent', 'list', '-output', 'json') },
      { name: 'svid.json', text: svid },
      { name: 'svid.0.pem', text: readFileSync(at('svid.0.pem'), 'utf8') },
    ];
    const now = Date.now();
    const reading = readSource(files, { source: 'spire', readAt: now, now });
    expect(reading.problems).toEqual([]);
    const root = certificateFacts(new X509Certificate(readFileSync(at('root.pem')))).sha256;
    const of = (file: string) => reading.certificates.filter((each) => each.at.file === file);
    expect(of('entries.json').find(({ name }) => name === PAYMENTS)).toMatchObject({
      ...{ use: 'identity', lifetime: SECONDS, names: [PAYMENTS, 'payments.example.org'], trouble: null },
      authorities: expect.arrayContaining([expect.objectContaining({ sha256: root })]),
    });
    for (const file of ['bundle.json', 'bundle-api.json', 'bundle.pem'])
      expect(of(file), file).toMatchObject([{ use: 'authority', sha256: root }]);
    expect(of('agents.json')).toMatchObject([{ use: 'identity', trouble: null, notAfter: expect.any(String) }]);
    for (const file of ['svid.json', 'svid.0.pem'])
      expect(of(file), file).toMatchObject([{ use: 'identity', name: PAYMENTS }]);
    const key = /"x509_svid_key":\s*"([^"]{40})/.exec(svid)?.[1];
    expect(key).toHaveLength(40);
    expect(JSON.stringify(reading)).not.toContain(key);
  });
});
