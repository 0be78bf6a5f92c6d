/** A batch's function refuses what its registry or its deployment denies: a CRL is asked for only where both allow it. */
import { createServer } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { AddressRules } from '../../../shared/model/address-rules.ts';
import { checkEndpoints } from '../../../shared/pipeline/run/check-endpoints.ts';
import { issueAuthority } from '../../../shared/pki/mint/issue.ts';
import { makeBatches } from '../../../shared/plan/batches.ts';
import { connectionLimits } from '../../../shared/probe/limits.ts';
import { parseRegistry } from '../../../shared/registry/parse.ts';
import { listen, type Peer } from '../../helpers/peers.ts';

let server: Peer;
let asked = 0;
beforeAll(async () => {
  server = await listen(
    createServer((_, response) => {
      asked += 1;
      response.end('no list');
    }),
  );
});
beforeEach(() => {
  asked = 0;
});
afterAll(() => server.stop());

const DENIED: AddressRules = { denyPrivate: true, allowAddresses: [] };
const ALLOWED: AddressRules = { denyPrivate: true, allowAddresses: ['127.0.0.0/8', '::1/128'] };

test.each<[string, AddressRules | undefined, AddressRules | undefined, number]>([
  ['no rules', undefined, undefined, 1],
  ['the registry denies', DENIED, undefined, 0],
  ['the deployment denies', undefined, DENIED, 0],
  ['the deployment denies what the registry allows', ALLOWED, DENIED, 0],
  ['the registry denies what the deployment allows', DENIED, ALLOWED, 0],
  ['both allow it', ALLOWED, ALLOWED, 1],
])('%s', async (_, ofRegistry, ofDeployment, expected) => {
  const parsed = parseRegistry(
    JSON.stringify({
      version: 1,
      ...(ofRegistry !== undefined && {
        monitor: ofRegistry.allowAddresses.length > 0 ? ofRegistry : { denyPrivate: true },
      }),
      trustBundles: { corp: { file: 'ca.pem', crls: [{ url: `http://localhost:${server.port}/corp.crl` }] } },
      identities: { a: { secret: 'a' } },
      endpoints: [{ name: 'e', url: 'https://e.invalid/', trustBundle: 'corp', admits: ['a'], timeout: '1s' }],
    }),
    '/r/registry.yaml',
  );
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  const now = Date.now();
  const { certificatePem: pem } = await issueAuthority({
    subject: 'CN=Root',
    validity: { notBefore: 0, notAfter: now + 864e5 },
  });
  const crls = [{ kind: 'url', url: `http://localhost:${server.port}/corp.crl` }] as const;
  const bundles = { corp: { kind: 'pem', pem, crls } } as const;
  const run = { id: 'r', startedAt: now, suite: 'enforcement', schedule: null } as const;
  const [batch] = makeBatches(parsed.value.registry, run, bundles, new Map());
  if (batch === undefined) throw new Error('no batch');
  await checkEndpoints(batch, {
    readSecrets: async () => new Map(),
    readStage: async () => null,
    readFile: async () => ({ ok: false, reason: 'no files' }),
    readEnv: () => undefined,
    limits: connectionLimits(4),
    clock: Date.now,
    deadline: () => now + 60_000,
    addresses: ofDeployment,
  });
  expect(asked).toBe(expected);
});
