// Whole sweeps at servers that do anything: none outlives its budget, leaves something behind, or takes noise for a refusal.
import { createServer } from 'node:net';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { DAY } from '../../shared/model/time.ts';
import { runEndpoint } from '../../shared/pipeline/ask/endpoint-run.ts';
import { loadIdentity } from '../../shared/pipeline/load/identities.ts';
import { FORMATS } from '../../shared/pki/content/formats.ts';
import { type Issued, issue, issueAuthority } from '../../shared/pki/mint/issue.ts';
import { readBundle } from '../../shared/pki/served/bundle-content.ts';
import { planEndpoint } from '../../shared/plan/plan.ts';
import { worstCase } from '../../shared/plan/worst-case.ts';
import { connectionLimits } from '../../shared/probe/limits.ts';
import { anEndpoint } from '../helpers/endpoint.ts';
import { anIdentity } from '../helpers/identity.ts';
import { listen } from '../helpers/peers.ts';
import { VALIDITY } from '../helpers/tls-peers.ts';
import { act, steps } from './hostile-steps.ts';

const TIMEOUT = 400;
/** On a busy machine each wave may begin late. */
const GRACE = 5_000;
const RUNS = 30;
let client: Issued;
let ca: string;
beforeAll(async () => {
  const authority = await issueAuthority({ subject: 'CN=Root', validity: VALIDITY });
  ca = authority.certificatePem;
  client = await issue({ subject: 'CN=client', validity: VALIDITY, extendedKeyUsage: ['clientAuth'] }, authority);
});

const sweep = async (port: number) => {
  const endpoint = anEndpoint({ port, timeout: TIMEOUT, refuses: [], tlsVersions: ['1.2', '1.3'] });
  const checkout = {
    ...anIdentity('checkout'),
    source: { kind: 'files', certificate: 'crt', privateKey: 'key' } as const,
  };
  const files: Readonly<Record<string, string>> = {
    crt: client.certificatePem,
    key: String(client.privateKey.export({ format: 'pem', type: 'pkcs8' })),
  };
  const sources = {
    readFile: async (name: string) => ({ ok: true, text: files[name] ?? '' }) as const,
    readEnv: () => undefined,
    readSecrets: async () => new Map(),
    readStage: async () => null,
  };
  const plan = planEndpoint(endpoint, { checkout }, ['enforcement', 'isolation', 'certificates']);
  const identities = new Map([
    ['checkout', await loadIdentity(checkout, new Map(), sources, endpoint.expiry, Date.now())],
  ]);
  const run = {
    now: Date.now(),
    identities,
    secretHeaders: { values: {}, missing: null },
    bundle: readBundle(ca, FORMATS),
    vantage: 'default',
  };
  const begun = performance.now();
  const { results } = await runEndpoint(plan, run, {
    resolve: async () => ({ ok: true, ips: ['127.0.0.1'] }),
    limits: connectionLimits(64),
    clock: Date.now,
    deadline: () => Date.now() + DAY,
  });
  return { results, took: performance.now() - begun, budget: worstCase(endpoint, plan.checks) };
};

test('no sequence of bytes and delays makes a sweep outlive its budget, or pass', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (sequence) => {
      const { port, stop } = await listen(createServer((socket) => void act(socket, sequence)));
      const { results, took, budget } = await sweep(port);
      await stop();
      expect(took).toBeLessThan(budget + GRACE);
      // None of this is TLS, so no control is accepted.
      expect(results.filter(({ verdict }) => verdict === 'pass').map(({ id }) => id)).toEqual([]);
    }),
    { numRuns: RUNS },
  );
});

test('nor does a server that says nothing: two timeouts', async () => {
  const { port, stop } = await listen(createServer(() => {}));
  const { took } = await sweep(port);
  await stop();
  // Beside the machine's own load: three would be one too many.
  expect(took).toBeLessThan(2 * TIMEOUT + GRACE);
});
