/**
 * The five services that the functions of a run ask, in memory, under the SDK's own clients: every call is done at once and whole where
 * `around` lets it. Only the conditions that the functions write are known; another one is an error.
 */
import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectsV2Command, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PublishCommand, type PublishCommandInput, SNSClient } from '@aws-sdk/client-sns';
import { mockClient } from 'aws-sdk-client-mock';

type Item = Record<string, AttributeValue>;
type Values = Readonly<Record<string, AttributeValue>>;
type Condition = (item: Item | undefined, values: Values) => boolean;

const number = (value: AttributeValue | undefined) => Number(value?.N);

/** By their text, as the adapters in `shared/aws` write them. */
const CONDITIONS: Readonly<Record<string, Condition>> = {
  'attribute_not_exists(pk)': (item) => item === undefined,
  'attribute_not_exists(pk) OR writer = :writer': (item, values) =>
    item === undefined || (item['writer'] !== undefined && item['writer'].S === values[':writer']?.S),
  'version = :expected': (item, values) => number(item?.['version']) === number(values[':expected']),
  'attribute_not_exists(pk) OR #until <= :now OR #run = :run': (item, values) =>
    item === undefined || number(item['until']) <= number(values[':now']) || item['run']?.S === values[':run']?.S,
  '#run = :run': (item, values) => item?.['run']?.S === values[':run']?.S,
  'attribute_exists(message) AND leased <= :now': (item, values) =>
    item?.['message'] !== undefined && number(item['leased']) <= number(values[':now']),
};

const UPDATES: Readonly<Record<string, (item: Item, values: Values) => Item>> = {
  'SET leased = :until': (item, values) => ({ ...item, leased: values[':until'] as AttributeValue }),
  'SET expires = :expires REMOVE message, leased, writer, pending': ({ pk }, values) => ({
    pk: pk as AttributeValue,
    expires: values[':expires'] as AttributeValue,
  }),
  'SET #until = :over': (item, values) => ({ ...item, until: values[':over'] as AttributeValue }),
};

const known = <T>(all: Readonly<Record<string, T>>, text: string): T => {
  const found = all[text];
  if (found === undefined) throw new Error(`Not known here: ${text}`);
  return found;
};

const demand = (condition: string | undefined, item: Item | undefined, values: Values = {}): void => {
  if (condition === undefined || known(CONDITIONS, condition)(item, values)) return;
  throw new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata: {} });
};

export type MemoryAws = {
  readonly items: Map<string, Item>;
  readonly objects: Map<string, Uint8Array>;
  readonly published: PublishCommandInput[];
  readonly clear: () => void;
};

/** Called with each call: does it by `work`, or not. */
export type Around = (name: string, input: unknown, work: () => unknown) => Promise<unknown>;

export const memoryAws = (around: Around): MemoryAws => {
  const items = new Map<string, Item>();
  const objects = new Map<string, Uint8Array>();
  const published: PublishCommandInput[] = [];
  const call =
    <Input>(work: (input: Input) => unknown, name: string) =>
    // biome-ignore lint/suspicious/noExplicitAny: the SDK's mock asks for the whole output of each command.
    (input: Input): any =>
      around(name, input, () => work(input));
  const table = mockClient(DynamoDBClient);
  const put = ({ Item: item, ConditionExpression, ExpressionAttributeValues }: PutItemCommand['input']) => {
    const key = item?.['pk']?.S ?? '';
    demand(ConditionExpression, items.get(key), ExpressionAttributeValues);
    items.set(key, structuredClone(item ?? {}));
    return {};
  };
  const update = ({ Key, UpdateExpression = '', ...input }: UpdateItemCommand['input']) => {
    const key = Key?.['pk']?.S ?? '';
    demand(input.ConditionExpression, items.get(key), input.ExpressionAttributeValues);
    const values = input.ExpressionAttributeValues ?? {};
    items.set(key, known(UPDATES, UpdateExpression)(items.get(key) ?? { ...Key }, values));
    return {};
  };
  const query = ({ ExpressionAttributeNames: names, ExpressionAttributeValues: values }: QueryCommand['input']) => ({
    Items: [...items.values()].filter((item) => item[names?.['#attribute'] ?? '']?.S === values?.[':value']?.S),
  });
  table.on(PutItemCommand).callsFake(call(put, 'PutItem'));
  table.on(UpdateItemCommand).callsFake(call(update, 'UpdateItem'));
  table.on(QueryCommand).callsFake(call(query, 'Query'));
  const get = ({ Key }: GetItemCommand['input']) => ({ Item: structuredClone(items.get(Key?.['pk']?.S ?? '')) });
  table.on(GetItemCommand).callsFake(call(get, 'GetItem'));
  const store = mockClient(S3Client);
  const putObject = ({ Key = '', Body }: PutObjectCommand['input']) =>
    void objects.set(Key, Buffer.from(Body as string | Uint8Array));
  store.on(PutObjectCommand).callsFake(call(putObject, 'PutObject'));
  const getObject = ({ Key = '' }: GetObjectCommand['input']) => {
    const bytes = objects.get(Key);
    if (bytes === undefined) throw new NoSuchKey({ message: Key, $metadata: {} });
    return { Body: { transformToByteArray: async () => bytes } };
  };
  store.on(GetObjectCommand).callsFake(call(getObject, 'GetObject'));
  const list = ({ Prefix = '' }: ListObjectsV2Command['input']) => ({
    Contents: [...objects.keys()].filter((key) => key.startsWith(Prefix)).map((Key) => ({ Key })),
  });
  store.on(ListObjectsV2Command).callsFake(call(list, 'ListObjectsV2'));
  const publish = (input: PublishCommandInput) => void published.push(input);
  mockClient(SNSClient).on(PublishCommand).callsFake(call(publish, 'Publish'));
  mockClient(CloudWatchClient)
    .on(PutMetricDataCommand)
    .callsFake(call(() => ({}), 'PutMetricData'));
  const clear = () => {
    items.clear();
    objects.clear();
    published.length = 0;
  };
  return { items, objects, published, clear };
};
