/** One table of DynamoDB in memory, for the calls and the conditions that `shared/aws` makes of its state. */
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';

export type Item = Readonly<Record<string, AttributeValue>>;

const isPending = (item: Item, attribute: string | undefined, value: AttributeValue | undefined): boolean =>
  attribute !== undefined && item[attribute] !== undefined && item[attribute]?.S === value?.S;

/** Each lock is free. `sizeOfPage`: items that one answer to a scan has. */
export const memoryDynamo = (items: readonly Item[], sizeOfPage = 5) => {
  const table = new Map(items.map((item) => [item['pk']?.S ?? '', item]));
  const client = new DynamoDBClient({ region: 'eu-west-1' });
  const mock = mockClient(client);
  mock.on(GetItemCommand).callsFake(async ({ Key }) => ({ Item: table.get(Key.pk.S) }));
  mock.on(PutItemCommand).callsFake(async ({ Item, ConditionExpression, ExpressionAttributeValues }) => {
    const stored = table.get(Item.pk.S);
    const isHeld =
      ConditionExpression === undefined ||
      ConditionExpression.includes('#until') ||
      (ConditionExpression === 'attribute_not_exists(pk)'
        ? stored === undefined
        : stored?.['version']?.N === ExpressionAttributeValues[':expected'].N);
    if (!isHeld) throw new ConditionalCheckFailedException({ message: 'lost', $metadata: {} });
    table.set(Item.pk.S, Item);
    return stored === undefined ? {} : { Attributes: stored };
  });
  mock.on(QueryCommand).callsFake(async ({ ExpressionAttributeNames, ExpressionAttributeValues }) => ({
    Items: [...table.values()].filter((item) =>
      isPending(item, ExpressionAttributeNames['#attribute'], ExpressionAttributeValues[':value']),
    ),
  }));
  mock.on(ScanCommand).callsFake(async ({ ExclusiveStartKey, ExpressionAttributeValues }) => {
    const from = Number(ExclusiveStartKey?.at.N ?? 0);
    const begins = Object.values<AttributeValue>(ExpressionAttributeValues).map(({ S = '' }) => S);
    const page = [...table.values()].slice(from, from + sizeOfPage);
    return {
      Items: page.filter(
        (item) => item['schema'] === undefined && begins.some((each) => item['pk']?.S?.startsWith(each)),
      ),
      ...(from + sizeOfPage < table.size && { LastEvaluatedKey: { at: { N: String(from + sizeOfPage) } } }),
    };
  });
  return {
    client,
    table,
    calls: (command: typeof ScanCommand | typeof PutItemCommand) =>
      mock.commandCalls(command as typeof ScanCommand).length,
  };
};
