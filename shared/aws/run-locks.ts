/** Which run of a schedule and suite goes on, in the state table: the next one is skipped instead of probing the same endpoints beside it. */
import { type DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { DAY, SECOND } from '../model/time.ts';
import type { RunLocks } from '../pipeline/ports.ts';
import { setAdopted } from './adopted-item.ts';
import { STATE_SCHEMA } from './state-store.ts';
import { whetherHeld } from './versioned-items.ts';

/**
 * Attributes: `pk` (`running/<schedule>/<suite>`), `run`, `until` (epoch milliseconds), `expires` (epoch seconds, the table's time to live) and `schema`, the form of state
 * that the run writes. If the last run was of a version that writes an older form, after a roll back, the state has to be looked through once more.
 */
export const runLocks = (client: DynamoDBClient, TableName: string): RunLocks => ({
  take: async (key, run, now, until) => {
    const Item = {
      ...{ pk: { S: key }, run: { S: run }, until: { N: String(until) } },
      ...{ expires: { N: String(Math.ceil((until + DAY) / SECOND)) }, schema: { N: String(STATE_SCHEMA) } },
    };
    const command = new PutItemCommand({
      TableName,
      Item,
      ReturnValues: 'ALL_OLD',
      ConditionExpression: 'attribute_not_exists(pk) OR #until <= :now OR #run = :run',
      ExpressionAttributeNames: { '#until': 'until', '#run': 'run' },
      ExpressionAttributeValues: { ':now': { N: String(now) }, ':run': { S: run } },
    });
    return whetherHeld(
      client.send(command).then(async ({ Attributes: last }) => {
        const isOlder = last !== undefined && Number(last['schema']?.N ?? 1) < STATE_SCHEMA;
        if (isOlder) await setAdopted(client, TableName, false);
      }),
    );
  },
  release: async (key, run) => {
    const command = new UpdateItemCommand({
      TableName,
      Key: { pk: { S: key } },
      UpdateExpression: 'SET #until = :over',
      ConditionExpression: '#run = :run',
      ExpressionAttributeNames: { '#until': 'until', '#run': 'run' },
      ExpressionAttributeValues: { ':over': { N: '0' }, ':run': { S: run } },
    });
    await whetherHeld(client.send(command));
  },
});
