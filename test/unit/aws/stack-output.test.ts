import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, test } from 'vitest';
import { stackOutput } from '../../../shared/aws/stack-output.ts';

const cloud = mockClient(CloudFormationClient);
beforeEach(() => cloud.reset());

const asked = () => stackOutput(new CloudFormationClient({ region: 'eu-west-1' }), 'MtlsMonitor', 'StateTableName');
const has = (...Outputs: { OutputKey: string; OutputValue: string }[]) =>
  cloud.on(DescribeStacksCommand).resolves({
    Stacks: [{ StackName: 'MtlsMonitor', CreationTime: new Date(0), StackStatus: 'CREATE_COMPLETE', Outputs }],
  });

test('the table of a stack is the value of its output', async () => {
  has({ OutputKey: 'DashboardName', OutputValue: 'd' }, { OutputKey: 'StateTableName', OutputValue: 'table' });
  expect(await asked()).toBe('table');
});

test('of a construct in a stack, its path stands before the name', async () => {
  has({ OutputKey: 'MtlsStateTableName1A2B3C4D', OutputValue: 'table' });
  expect(await asked()).toBe('table');
});

test('two monitors in one stack are not guessed at', async () => {
  has(
    { OutputKey: 'OneStateTableName1A2B3C4D', OutputValue: 'one' },
    { OutputKey: 'TwoStateTableName1A2B3C4D', OutputValue: 'two' },
  );
  await expect(asked()).rejects.toThrow('--table, one of one, two');
});

test('another stack, and none', async () => {
  has({ OutputKey: 'StateTableNames', OutputValue: 'table' });
  await expect(asked()).rejects.toThrow('is it a monitor’s stack?');
  cloud.on(DescribeStacksCommand).rejects(Object.assign(new Error('no'), { name: 'ValidationError' }));
  await expect(asked()).rejects.toThrow('there is none of this name');
});
