/** JSON documents in S3. */
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

const common = (bucket: string, key: string) => ({ Bucket: bucket, Key: key, ContentType: 'application/json' });

/** As text: Step Functions reads the map's items so. */
export const putJson = async (client: S3Client, bucket: string, key: string, value: unknown): Promise<void> => {
  await client.send(new PutObjectCommand({ ...common(bucket, key), Body: JSON.stringify(value) }));
};

/** With `Content-Encoding: gzip`: the results of a hundred endpoints are almost the same text, and are kept for a month. */
export const putPacked = async (client: S3Client, bucket: string, key: string, value: unknown): Promise<void> => {
  const Body = await promisify(gzip)(JSON.stringify(value));
  await client.send(new PutObjectCommand({ ...common(bucket, key), Body, ContentEncoding: 'gzip' }));
};

/** Reads and parses the document, packed or not; its form is not checked. Rejects if there is no such object or it is not JSON. */
export const getJson = async <T>(client: S3Client, bucket: string, key: string): Promise<T> => {
  const { Body, ContentEncoding } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  if (Body === undefined) throw new Error(`s3://${bucket}/${key} is empty.`);
  if (ContentEncoding !== 'gzip') return JSON.parse(await Body.transformToString());
  return JSON.parse((await promisify(gunzip)(await Body.transformToByteArray())).toString('utf8'));
};
