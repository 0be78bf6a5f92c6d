/** The form of a state table, and what a table lacks of it. */
import type { Attribute } from 'aws-cdk-lib/aws-dynamodb';
import { STATE_INDEXES, STATE_KEY, STATE_TTL } from './monitor-storage.ts';
import type { Rendered } from './rendered.ts';

type KeySchema = readonly { readonly AttributeName: string; readonly KeyType: string }[];
type Index = {
  readonly IndexName: string;
  readonly KeySchema: KeySchema;
  readonly Projection?: { readonly ProjectionType?: string };
};

const keysOf = (partition: Attribute | undefined, sort: Attribute | undefined): readonly Attribute[] =>
  [partition, sort].filter((key) => key !== undefined);
const spelled = (keys: readonly Attribute[]): string =>
  keys.map(({ name, type }, at) => `${at === 0 ? 'partition' : 'sort'} key ${name} (${type})`).join(', ');

/** What a table needs, in words. */
export const STATE_TABLE_FORM = [
  spelled([STATE_KEY]),
  `no sort key`,
  `time to live by ${STATE_TTL}`,
  ...STATE_INDEXES.map(
    ({ indexName, partitionKey, sortKey, projectionType }) =>
      `the global secondary index ${indexName} (${spelled(keysOf(partitionKey, sortKey))}; projection ${projectionType})`,
  ),
].join(', ');

/** Returns what the table lacks, as the template has it (AWS::DynamoDB::Table, AWS::DynamoDB::GlobalTable). A projection of more than is needed is right too. */
export const tableFaults = (table: Rendered): readonly string[] => {
  const types = new Map(
    ((table['AttributeDefinitions'] ?? []) as { AttributeName: string; AttributeType: string }[]).map((each) => [
      each.AttributeName,
      each.AttributeType,
    ]),
  );
  const found = (schema: KeySchema): string =>
    [...schema]
      .sort((a, b) => a.KeyType.localeCompare(b.KeyType))
      .map(({ AttributeName, KeyType }) => `${KeyType} ${AttributeName} ${types.get(AttributeName)}`)
      .join(', ');
  const expected = (keys: readonly Attribute[]): string =>
    keys.map(({ name, type }, at) => `${at === 0 ? 'HASH' : 'RANGE'} ${name} ${type}`).join(', ');
  const ttl = table['TimeToLiveSpecification'] as { AttributeName?: string; Enabled?: boolean } | undefined;
  const indexes = (table['GlobalSecondaryIndexes'] ?? []) as readonly Index[];
  return [
    ...(found((table['KeySchema'] ?? []) as KeySchema) === expected([STATE_KEY]) ? [] : ['its key is another']),
    ...(ttl?.AttributeName === STATE_TTL && ttl.Enabled === true ? [] : [`it has no time to live by ${STATE_TTL}`]),
    ...STATE_INDEXES.flatMap(({ indexName, partitionKey, sortKey, projectionType }) => {
      const index = indexes.find(({ IndexName }) => IndexName === indexName);
      if (index === undefined) return [`it has no index ${indexName}`];
      const wanted = expected(keysOf(partitionKey, sortKey));
      const projected = index.Projection?.ProjectionType;
      const suffices = projected === projectionType || projected === 'ALL';
      return found(index.KeySchema) === wanted && suffices ? [] : [`its index ${indexName} is another`];
    }),
  ];
};
