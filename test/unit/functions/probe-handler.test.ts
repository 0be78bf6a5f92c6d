/** The probe function’s handler, with S3 as a mock. */
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import type { Batch } from '../../../shared/model/run.ts';

const tidy = vi.hoisted(() => vi.fn());
vi.mock('../../../functions/process/keep-small.ts', () => ({ keepSmall: () => tidy }));

for (const [name, value] of Object.entries({
  AWS_REGION: 'eu-west-1',
  RUN_BUCKET: 'runs',
  STATE_TABLE: 'state',
  REGISTRY_KEY: 'registry',
  METRICS: 'sparse',
  MONITOR: 'unit',
  POWERTOOLS_LOG_LEVEL: 'SILENT',
}))
  vi.stubEnv(name, value);
const { handler } = await import('../../../functions/probe/handler.ts');
const s3 = mockClient(S3Client);
afterAll(() => {
  s3.restore();
  vi.unstubAllEnvs();
});
beforeEach(() => {
  s3.reset();
  tidy.mockReset();
});

const DAY = 86_400_000;
const batch: Batch = {
  run: { id: 'run-1', startedAt: 0, suite: 'enforcement', schedule: null },
  ...{ vantage: 'default', suites: ['enforcement'], endpoints: [], identities: {}, health: [], trustBundles: {} },
  defaults: { expiry: { info: 30 * DAY, warning: 14 * DAY, critical: DAY }, settleAfter: 2, remindAfter: DAY },
} as never;
const REF = { batch: 0, key: 'runs/run-1/batches/000000.json' };
const context = { getRemainingTimeInMillis: () => 290_000 };

test('after a batch, garbage is collected once', async () => {
  s3.on(GetObjectCommand).resolves({
    Body: { transformToByteArray: async () => Buffer.from(JSON.stringify(batch)) } as never,
  });
  s3.on(PutObjectCommand).resolves({});

  expect(await handler(REF, context)).toEqual({ batch: 0, complete: true });

  expect(tidy).toHaveBeenCalledTimes(1);
});

test('after a batch that cannot be read, too', async () => {
  s3.on(GetObjectCommand).rejects(new Error('AccessDenied'));

  await expect(handler(REF, context)).rejects.toThrow('AccessDenied');

  expect(tidy).toHaveBeenCalledTimes(1);
});
