import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => vi.unstubAllEnvs());

test('the probe function never connects to its own runtime API, nor where its deployment denies it', async () => {
  vi.stubEnv('STATE_TABLE', 'state');
  vi.stubEnv('REGISTRY_KEY', 'registry');
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_LAMBDA_RUNTIME_API', '127.0.0.1:9001');
  vi.stubEnv('ADDRESS_RULES', '{"denyPrivate":true,"allowAddresses":["10.20.0.0/16"]}');
  const { portsOf } = await import('../../../functions/probe/ports.ts');
  const { runtimeApi, addresses } = portsOf('run', { probing: 0, state: 0 });
  expect(runtimeApi).toBe('127.0.0.1:9001');
  expect(addresses).toEqual({ denyPrivate: true, allowAddresses: ['10.20.0.0/16'] });
});
