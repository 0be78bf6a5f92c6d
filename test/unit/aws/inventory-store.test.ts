/** The readings in S3: replaced as a whole, not rewritten while they say the same, and read past what is damaged. */
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, test } from 'vitest';
import { inventoryStore } from '../../../shared/aws/inventory-store.ts';
import { claimOf } from '../../../shared/claims/claim-of.ts';
import type { Reading } from '../../../shared/model/claim.ts';
import { MINUTE } from '../../../shared/model/time.ts';

const NOW = Date.UTC(2026, 11, 1);
const client = new S3Client({ region: 'eu-west-1' });
const s3 = mockClient(client);
const objects = new Map<string, Uint8Array>();
const store = inventoryStore(client, 'runs');

const reading = (readAt: number, name = 'web'): Reading => ({
  ...{ schema: 'mtls-monitor/claims/v1', source: 'prod', readAt: new Date(readAt).toISOString() },
  claims: [
    claimOf(
      'aws',
      { source: 'prod', readAt, now: readAt },
      { at: { file: null, line: null, object: null }, endpoint: { name } },
    ),
  ],
  ...{ certificates: [], problems: [] },
});

beforeEach(() => {
  s3.reset();
  objects.clear();
  s3.on(PutObjectCommand).callsFake(({ Key, Body }) => {
    objects.set(Key, Body);
    return {};
  });
  s3.on(GetObjectCommand).callsFake(({ Key }) => {
    const bytes = objects.get(Key);
    if (bytes === undefined) throw Object.assign(new Error('none'), { name: 'NoSuchKey' });
    return { Body: { transformToByteArray: async () => bytes } };
  });
  s3.on(ListObjectsV2Command).callsFake(() => ({ Contents: [...objects.keys()].map((Key) => ({ Key })) }));
});

test('keeps a reading, and gives it back', async () => {
  expect(await store.put(reading(NOW))).toBe(true);
  expect([...objects.keys()]).toEqual(['inventory/prod.json']);
  expect(await store.load()).toEqual([reading(NOW)]);
});

test('the same a little later is not written again; a change is, and so is the same an hour later', async () => {
  await store.put(reading(NOW));
  expect(await store.put(reading(NOW + 5 * MINUTE))).toBe(false);
  expect(await store.put(reading(NOW + 5 * MINUTE, 'api'))).toBe(true);
  expect(await store.put(reading(NOW + 65 * MINUTE, 'api'))).toBe(true);
  expect((await store.load())[0]?.readAt).toBe(new Date(NOW + 65 * MINUTE).toISOString());
});

test('what is damaged is replaced, and left out of what is loaded', async () => {
  await store.put(reading(NOW));
  objects.set('inventory/other.json', Buffer.from('{"schema":"mtls-monitor/claims/v0"}'));
  objects.set('inventory/third.json', Buffer.from('{'));
  expect((await store.load()).map(({ source }) => source)).toEqual(['prod']);
  objects.set('inventory/prod.json', Buffer.from('{'));
  expect(await store.put(reading(NOW))).toBe(true);
});

test('what S3 refuses is not taken for something that is not there', async () => {
  s3.on(GetObjectCommand).rejects(Object.assign(new Error('no'), { name: 'AccessDenied' }));
  await expect(store.put(reading(NOW))).rejects.toThrow();
  expect(objects.size).toBe(0);
});
