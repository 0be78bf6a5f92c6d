import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => vi.unstubAllEnvs());

test('the probe function never connects to its own runtime API', async () => {
  vi.stubEnv('STATE_TABLE', 'state');
  vi.stubEnv('REGISTRY_KEY', 'registry');
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_LAMBDA_RUNTIME_API', '127.0.0.1:9001');
  const { portsOf } = await import('../../../functions/probe/ports.ts');
  expect(portsOf('run', { probing: 0, state: 0 }).runtimeApi).toBe('127.0.0.1:9001');
});
