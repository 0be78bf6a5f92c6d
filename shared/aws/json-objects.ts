/** JSON documents in S3. */
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

export const putJson = async (client: S3Client, bucket: string, key: string, value: unknown): Promise<void> => {
  const command = new PutObjectCommand({
    Bucket: bucket,
    Key: key,
    Body: JSON.stringify(value),
    ContentType: 'application/json',
  });
  await client.send(command);
};

/** Reads and parses the document; its form is not checked. Rejects if there is no such object or it is not JSON. */
export const getJson = async <T>(client: S3Client, bucket: string, key: string): Promise<T> => {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  if (Body === undefined) throw new Error(`s3://${bucket}/${key} is empty.`);
  return JSON.parse(await Body.transformToString());
};
