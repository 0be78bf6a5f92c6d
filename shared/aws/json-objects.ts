/** JSON documents in S3. */
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

/** As text: Step Functions reads the map's items so. */
export const putJson = async (client: S3Client, bucket: string, key: string, value: unknown): Promise<void> => {
  const command = { Bucket: bucket, Key: key, ContentType: 'application/json', Body: JSON.stringify(value) };
  await client.send(new PutObjectCommand(command));
};

/**
 * As gzip (RFC 1952): the results of a hundred endpoints are almost the same text, and are kept for a month. The type says so and no `Content-Encoding`
 * does: a proxy on the way may decode that, and the checksum that the SDK sends is no longer the body's.
 */
export const putPacked = async (client: S3Client, bucket: string, key: string, value: unknown): Promise<void> => {
  const Body = await promisify(gzip)(JSON.stringify(value));
  await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, ContentType: 'application/gzip', Body }));
};

const isGzip = ([first, second]: Uint8Array): boolean => first === 0x1f && second === 0x8b;

/** Reads and parses the document, packed or not; its form is not checked. Rejects if there is no such object or it is not JSON. */
export const getJson = async <T>(client: S3Client, bucket: string, key: string): Promise<T> => {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  if (Body === undefined) throw new Error(`s3://${bucket}/${key} is empty.`);
  const bytes = Buffer.from(await Body.transformToByteArray());
  return JSON.parse((isGzip(bytes) ? await promisify(gunzip)(bytes) : bytes).toString('utf8'));
};
