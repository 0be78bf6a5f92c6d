/** The report’s own ports, with S3 as a mock. */
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, expect, test, vi } from 'vitest';

const tidy = vi.hoisted(() => vi.fn());
vi.mock('../../../functions/process/keep-small.ts', () => ({ keepSmall: () => tidy }));

for (const [name, value] of Object.entries({
  ...{
    AWS_REGION: 'eu-west-1',
    RUN_BUCKET: 'runs',
    STATE_TABLE: 'state',
    REGISTRY_KEY: 'registry',
    METRICS: 'sparse',
    MONITOR: 'unit',
  },
  ...{ TOPIC_ARN: 'arn:aws:sns:eu-west-1:1:a', CHAT_TOPIC_ARN: 'arn:aws:sns:eu-west-1:1:b' },
  ...{ SETTLE_AFTER: '2', REMIND_AFTER_MS: '86400000' },
}))
  vi.stubEnv(name, value);
const s3 = mockClient(S3Client);
afterAll(() => {
  s3.restore();
  vi.unstubAllEnvs();
});

test('garbage is collected after each batch’s result, one that is missing included', async () => {
  const { portsWith } = await import('../../../functions/report/ports.ts');
  const Contents = ['000000', '000002'].map((each) => ({ Key: `runs/run-1/results/${each}.json` }));
  s3.on(ListObjectsV2Command).resolves({ Contents });
  s3.on(GetObjectCommand).callsFake(({ Key }) => ({
    Body: { transformToByteArray: async () => Buffer.from(JSON.stringify(Key)) },
  }));
  const none = () => {};
  const ports = portsWith({
    ...{ onChatFailure: none, onDurationsFailure: none, onAdoptFailure: none, onReportFailure: none },
  });
  const seen: unknown[] = [];

  for await (const result of ports.results('run-1', 3)) {
    expect(tidy).toHaveBeenCalledTimes(seen.length);
    seen.push(result);
  }

  expect(seen).toEqual([Contents[0]?.Key, null, Contents[1]?.Key]);
  expect(tidy).toHaveBeenCalledTimes(3);
});
