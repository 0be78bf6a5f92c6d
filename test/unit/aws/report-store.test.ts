import { gzipSync } from 'node:zlib';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { reportStore } from '../../../shared/aws/report-store.ts';
import { SUITE_REQUESTS } from '../../../shared/model/names.ts';
import { placeOfPrefix, type ReportPlace, reportPrefix } from '../../../shared/model/report-place.ts';

const client = new S3Client({ region: 'eu-west-1' });
const bucket = mockClient(client);
beforeEach(() => bucket.reset());
const store = reportStore(client, 'runs');

test('a place is its prefix, and prefixes are in the order of time', () => {
  const seconds = fc.integer({ min: 0, max: 4_000_000_000 }).map((at) => new Date(at * 1000).toISOString());
  const places = fc.record({
    startedAt: seconds.map((at) => `${at.slice(0, 19)}Z`),
    suite: fc.constantFrom(...SUITE_REQUESTS),
    run: fc.stringMatching(/^[A-Za-z0-9_-]{1,80}$/),
  });
  fc.assert(
    fc.property(places, places, (one, other) => {
      expect(placeOfPrefix(reportPrefix(one))).toEqual(one);
      if (one.startedAt < other.startedAt) expect(reportPrefix(one) < reportPrefix(other)).toBe(true);
    }),
  );
  expect(placeOfPrefix('runs/run-1/results/')).toBeNull();
  expect(placeOfPrefix('runs/reports/2026-12-01/093000Z-unknown-run/')).toBeNull();
});

const place: ReportPlace = { startedAt: '2026-12-01T09:30:00.250Z', suite: 'enforcement', run: 'run-1' };

test('a report is stored packed, with the headers by which a browser opens it, and read back', async () => {
  await store.put(place, 'report.html.gz', gzipSync('page'));
  expect(bucket.commandCalls(PutObjectCommand)[0]?.args[0].input).toMatchObject({
    ...{ Bucket: 'runs', Key: 'runs/reports/2026-12-01/093000Z-enforcement-run-1/report.html.gz' },
    ...{ ContentType: 'text/html; charset=utf-8', ContentEncoding: 'gzip' },
  });
  bucket.on(GetObjectCommand).resolves({ Body: { transformToByteArray: async () => gzipSync('page') } } as never);
  expect(await store.read(place, 'report.html.gz')).toBe('page');
});

test('the newest first, day by day: a day is listed only when it is come to', async () => {
  const days: Readonly<Record<string, readonly string[]>> = {
    'runs/reports/2026-12-01/': ['080000Z-isolation-b', '093000Z-all-a', 'something else'],
    'runs/reports/2026-11-29/': ['235959Z-enforcement-c'],
  };
  bucket.on(ListObjectsV2Command).callsFake(({ Prefix }) => ({
    CommonPrefixes: (days[Prefix] ?? []).map((each) => ({ Prefix: `${Prefix}${each}/` })),
  }));
  const seen: string[] = [];
  const now = Date.parse('2026-12-01T10:00:00Z');
  for await (const { run } of store.places(now - 3 * 86_400_000, now)) {
    seen.push(`${run} ${bucket.commandCalls(ListObjectsV2Command).length}`);
  }
  expect(seen).toEqual(['a 1', 'b 1', 'c 3']);
  expect(bucket.commandCalls(ListObjectsV2Command)).toHaveLength(4);
});
