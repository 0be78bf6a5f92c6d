/** The reports of deployed runs in S3. The lifecycle rule of the bucket removes them. */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { GetObjectCommand, PutObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import {
  placeOfPrefix,
  REPORT_TYPES,
  type ReportFile,
  type ReportPlace,
  reportPrefix,
  reportsOfDay,
} from '../model/report-place.ts';
import { DAY, type Instant } from '../model/time.ts';

const iso = (instant: Instant): string => new Date(instant).toISOString();

export type ReportStore = {
  /**
   * `packed`: gzip (RFC 1952). Headers say what is packed, so that a browser shows the page (RFC 9110 §8.4); what is copied as it lies there is what the
   * key's ending says. A proxy that unpacks it on the way spoils the SDK's checksum: S3 then refuses it. Replaces an earlier one.
   */
  readonly put: (place: ReportPlace, file: ReportFile, packed: Uint8Array) => Promise<void>;
  /** Of all days from one to the other, the newest first; a day is listed when it is come to. */
  readonly places: (from: Instant, until: Instant) => AsyncIterable<ReportPlace>;
  /** Rejects if there is no such object. */
  readonly read: (place: ReportPlace, file: ReportFile) => Promise<string>;
};

export const reportStore = (client: S3Client, bucket: string): ReportStore => ({
  put: async (place, file, packed) => {
    const Key = `${reportPrefix(place)}${file}`;
    const headers = { ContentType: REPORT_TYPES[file], ContentEncoding: 'gzip' };
    await client.send(new PutObjectCommand({ Bucket: bucket, Key, ...headers, Body: packed }));
  },
  async *places(from, until) {
    for (let day = until; reportsOfDay(iso(day)) >= reportsOfDay(iso(from)); day -= DAY)
      yield* await placesUnder(client, bucket, reportsOfDay(iso(day)));
  },
  read: async (place, file) => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: `${reportPrefix(place)}${file}` }));
    const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
    return (await promisify(gunzip)(bytes)).toString('utf8');
  },
});

const placesUnder = async (client: S3Client, bucket: string, day: string): Promise<readonly ReportPlace[]> => {
  const places: ReportPlace[] = [];
  const request = { Bucket: bucket, Prefix: day, Delimiter: '/' };
  for await (const { CommonPrefixes = [] } of paginateListObjectsV2({ client }, request))
    places.push(...CommonPrefixes.flatMap(({ Prefix = '' }) => placeOfPrefix(Prefix) ?? []));
  return places.toSorted((one, other) => (one.startedAt > other.startedAt ? -1 : 1));
};
