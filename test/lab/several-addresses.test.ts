/** Two servers behind one name, on two addresses of loopback: no resolver here has such a name, so the test is the resolver. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readLocalFile } from '../../functions/cli/registry-file.ts';
import { DAY } from '../../shared/model/time.ts';
import { runEndpoint } from '../../shared/pipeline/ask/endpoint-run.ts';
import { loadIdentity } from '../../shared/pipeline/load/identities.ts';
import { type Issued, issue } from '../../shared/pki/mint/issue.ts';
import { bundleOf } from '../../shared/pki/served/trust-bundle.ts';
import { planEndpoint } from '../../shared/plan/plan.ts';
import { connectionLimits } from '../../shared/probe/limits.ts';
import { anEndpoint } from '../helpers/endpoint.ts';
import { anIdentity } from '../helpers/identity.ts';
import { type PkiOnDisk, pkiOnDisk } from '../helpers/pki.ts';

const NOW = Date.now();
let lab: PkiOnDisk;
const stops: (() => void)[] = [];

const serve = async ({ certificatePem: cert, privateKey }: Issued, ip: string, port: number): Promise<number> => {
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' });
  const ca = await readFile(lab.files.ca);
  const server = createServer({ cert, key, ca, requestCert: true }, (socket) =>
    socket.on('error', () => {}).once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')),
  );
  await new Promise<void>((resolve) => server.listen(port, ip, resolve));
  stops.push(() => server.close());
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

const leaf = (days: number) =>
  issue(
    {
      subject: 'CN=payments',
      validity: { notBefore: NOW - DAY / 24, notAfter: NOW + days * DAY },
      altNames: [{ dns: 'payments.test' }],
      extendedKeyUsage: ['serverAuth'],
    },
    lab.pki.root,
  );

const check = async (leaves: readonly [Issued, Issued], addresses: 'all' | 'each') => {
  const port = await serve(leaves[0], '127.0.0.1', 0);
  await serve(leaves[1], '127.0.0.2', port);
  const endpoint = anEndpoint({ port, addresses, admits: ['payments'], refuses: [], timeout: 5000 });
  const source = { kind: 'files', ...lab.files.identity('payments') } as const;
  const identity = { ...anIdentity('payments'), source };
  const sources = {
    readFile: readLocalFile,
    readEnv: () => undefined,
    readSecrets: async () => new Map(),
    readStage: async () => null,
  };
  const loaded = await loadIdentity(identity, new Map(), sources, endpoint.expiry, NOW);
  const { results, servedChains } = await runEndpoint(
    planEndpoint(endpoint, { payments: identity }, ['certificates']),
    {
      now: NOW,
      identities: new Map([['payments', loaded]]),
      secretHeaders: { values: {}, missing: null },
      bundle: await bundleOf(lab.pki.root.certificatePem),
      vantage: 'default',
    },
    {
      resolve: async () => ({ ok: true, ips: ['127.0.0.1', '127.0.0.2'] }),
      limits: connectionLimits(8),
      clock: Date.now,
      deadline: () => NOW + DAY,
    },
  );
  const served = results.find(({ scenario }) => scenario === 'served-certificate');
  return {
    code: served?.code,
    message: served?.message,
    chains: servedChains.map(({ problems }) => problems.map(({ code }) => code)),
  };
};

beforeAll(async () => {
  lab = await pkiOnDisk(NOW);
});
afterAll(() => {
  for (const stop of stops) stop();
  lab.remove();
});

describe('two addresses', () => {
  test('with different certificates: who serves what', async () => {
    const { code, message, chains } = await check([await leaf(90), await leaf(90)], 'all');
    expect([code, chains]).toEqual(['SERVED_CHAINS_DIFFER', [['SERVED_CHAINS_DIFFER'], ['SERVED_CHAINS_DIFFER']]]);
    expect(message).toMatch(/127\.0\.0\.1:\d+: SHA-256 .*127\.0\.0\.2:\d+: SHA-256/);
  });
  test('by design', async () => {
    expect((await check([await leaf(90), await leaf(90)], 'each')).code).toBe('SERVED_CHAIN_OK');
  });
  test('with the same one, and as a mesh has them', async () => {
    const one = await leaf(90);
    expect((await check([one, one], 'all')).code).toBe('SERVED_CHAIN_OK');
    expect((await check([await leaf(1), await leaf(1)], 'all')).code).toBe('SERVED_CHAIN_OK');
  });
});
