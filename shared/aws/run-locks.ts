/** Which run of a schedule and suite goes on, in the state table: the next one is skipped instead of probing the same endpoints beside it. */
import { type DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { DAY, SECOND } from '../model/time.ts';
import type { RunLocks } from '../pipeline/ports.ts';
import { whetherHeld } from './versioned-items.ts';

/** Attributes: `pk` (`running/<schedule>/<suite>`), `run`, `until` (epoch milliseconds) and `expires` (epoch seconds, the table's time to live). */
export const runLocks = (client: DynamoDBClient, TableName: string): RunLocks => ({
  take: (key, run, now, until) => {
    const expires = Math.ceil((until + DAY) / SECOND);
    const command = new PutItemCommand({
      TableName,
      Item: { pk: { S: key }, run: { S: run }, until: { N: String(until) }, expires: { N: String(expires) } },
      ConditionExpression: 'attribute_not_exists(pk) OR #until <= :now OR #run = :run',
      ExpressionAttributeNames: { '#until': 'until', '#run': 'run' },
      ExpressionAttributeValues: { ':now': { N: String(now) }, ':run': { S: run } },
    });
    return whetherHeld(client.send(command));
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
