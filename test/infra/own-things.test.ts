/** Topics, bucket, table, logs and roles of the user's: checked, granted without more than is needed, and warned about where the synth cannot look. */
import { Aws, type Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import {
  type Attribute,
  AttributeType,
  Billing,
  type GlobalSecondaryIndexProps,
  type ITable,
  ProjectionType,
  Table,
  type TableProps,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { describe, expect, test } from 'vitest';
import { DeploymentError, MtlsMonitor, type MtlsMonitorProps } from '../../infra/index.ts';
import { registryFile } from './support/registry.ts';
import { ownStack, permissions, properties, spelled, statementsOf } from './support/synth.ts';

const registry = registryFile();
const REGION = 'eu-west-1';
const KEY = `arn:aws:kms:${REGION}:111111111111:key/0a1b2c3d-0000-4000-8000-0123456789ab`;
const TOPIC = `arn:aws:sns:${REGION}:111111111111:central`;

const monitorWith = (props: (stack: Stack) => Partial<MtlsMonitorProps>, env = {}): Stack => {
  const stack = ownStack(undefined, env);
  new MtlsMonitor(stack, 'Monitor', { registry, ...props(stack) });
  return stack;
};
const templateWith = (props: (stack: Stack) => Partial<MtlsMonitorProps>): Template =>
  Template.fromStack(monitorWith(props));
const warningsOf = (stack: Stack): readonly string[] =>
  Annotations.fromStack(stack)
    .findWarning('*', Match.anyValue())
    .map(({ entry }) => String(entry.data))
    .filter((text) => !text.includes('No address is subscribed'));

/** A state table, as the documents say. */
const stateTable = (stack: Stack, id = 'State'): ITable => {
  const table = new Table(stack, id, {
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    timeToLiveAttribute: 'expires',
  });
  addIndexes(table);
  return table as ITable;
};
/** Copied from what this construct makes itself, so that a new index of the monitor's needs no change here. */
const addIndexes = (table: Table): void => {
  const [made] = properties(
    templateWith(() => ({})),
    'AWS::DynamoDB::Table',
  );
  for (const { IndexName, KeySchema, Projection } of made!['GlobalSecondaryIndexes'] as readonly {
    IndexName: string;
    KeySchema: readonly { AttributeName: string; KeyType: string }[];
    Projection: { ProjectionType: ProjectionType };
  }[]) {
    const [partition, sort] = KeySchema.map(({ AttributeName: name }) => ({ name, type: AttributeType.STRING }));
    table.addGlobalSecondaryIndex({
      indexName: IndexName,
      partitionKey: partition!,
      ...(sort !== undefined && { sortKey: sort }),
      projectionType: Projection.ProjectionType,
    });
  }
};

describe('topics', () => {
  const ofApp = (stack: Stack) => ({
    topic: new Topic(stack, 'Central', { masterKey: new Key(stack, 'Own') }) as ITopic,
    chatTopic: new Topic(stack, 'Room') as ITopic,
  });

  test('of this app: alarms may publish, by the policy and by the key, and nothing else is made', () => {
    const template = templateWith(ofApp);
    expect(properties(template, 'AWS::SNS::Topic')).toHaveLength(2);
    const policies = properties(template, 'AWS::SNS::TopicPolicy').map(({ PolicyDocument }) =>
      JSON.stringify(PolicyDocument),
    );
    expect(policies).toHaveLength(2);
    for (const policy of policies) expect(policy).toContain('"Sid":"AlarmsMayPublish"');
    const keys = properties(template, 'AWS::KMS::Key');
    expect(keys).toHaveLength(1);
    expect(JSON.stringify(keys[0]!['KeyPolicy'])).toContain('"Sid":"AlarmsMayPublish"');
    expect(warningsOf(monitorWith(ofApp))).toEqual([]);
  });

  test('only report and the state machine publish, and use the key of the topic that has one', () => {
    const template = templateWith(ofApp);
    for (const role of ['MonitorReportRole', 'MonitorRunRole']) {
      const granted = permissions(template, role);
      expect(granted.filter((each) => each.startsWith('sns:'))).toEqual([
        'sns:Publish <Central>',
        'sns:Publish <Room>',
      ]);
      expect(granted.filter((each) => each.startsWith('kms:'))).toEqual([
        'kms:Decrypt <Own.Arn>',
        'kms:GenerateDataKey* <Own.Arn>',
      ]);
    }
    for (const role of ['MonitorPlanRole', 'MonitorProbeRole'])
      expect(permissions(template, role).filter((each) => /^(sns|kms):/.test(each))).toEqual([]);
  });

  test('imported: their policies and the key’s cannot be changed, so the synth names the statement; alarms of one’s own need none', () => {
    const imported = (stack: Stack) => ({
      topic: Topic.fromTopicAttributes(stack, 'Central', { topicArn: TOPIC, keyArn: KEY }),
      chatTopic: Topic.fromTopicArn(stack, 'Room', `${TOPIC}-chat`),
    });
    const stack = monitorWith(imported);
    const warned = warningsOf(stack);
    expect(warned).toHaveLength(3);
    for (const name of ['policy of topic ', 'policy of chatTopic ', 'policy of the topics’ key '])
      expect(warned.filter((each) => each.includes(name) && each.includes('AlarmsMayPublish'))).toHaveLength(1);
    expect(
      permissions(Template.fromStack(stack), 'MonitorReportRole').filter((each) => /^(sns|kms):/.test(each)),
    ).toEqual([
      `kms:Decrypt ${KEY}`,
      `kms:GenerateDataKey* ${KEY}`,
      `sns:Publish ${TOPIC}`,
      `sns:Publish ${TOPIC}-chat`,
    ]);
    const paged = (own: Stack) => ({
      ...imported(own),
      alarmActions: [new SnsAction(new Topic(own, 'Pager') as ITopic)],
    });
    expect(warningsOf(monitorWith(paged))).toEqual([]);
  });

  test('an address is subscribed to the given one; without an address nobody is missed', () => {
    const imported = (stack: Stack) => ({ topic: Topic.fromTopicArn(stack, 'Central', TOPIC) });
    const template = templateWith((stack) => ({ ...imported(stack), notificationEmail: 'a@corp.example' }));
    template.hasResourceProperties('AWS::SNS::Subscription', { TopicArn: TOPIC, Endpoint: 'a@corp.example' });
    const silent = Annotations.fromStack(monitorWith(imported)).findWarning('*', Match.stringLikeRegexp('No address'));
    expect(silent).toEqual([]);
  });
});

describe('the bucket', () => {
  const LIFETIME = [{ prefix: 'runs/', expiration: { toDays: () => 30 } as never }];
  test('its grants are those on the monitor’s own', () => {
    const own = templateWith(() => ({}));
    const given = templateWith((stack) => ({ bucket: new Bucket(stack, 'Runs') as IBucket }));
    for (const role of ['MonitorPlanRole', 'MonitorProbeRole', 'MonitorReportRole', 'MonitorRunRole']) {
      const of = (template: Template) =>
        permissions(template, role).filter((each) => each.startsWith('s3:') && !each.includes('cdk-'));
      expect(of(given).map((each) => each.replace('<Runs', '<MonitorRuns'))).toEqual(of(own));
    }
    given.resourceCountIs('AWS::S3::Bucket', 1);
  });

  test('with a key: its use through S3 only', () => {
    const template = templateWith((stack) => ({
      bucket: Bucket.fromBucketAttributes(stack, 'Runs', {
        bucketName: 'corp-runs',
        encryptionKey: Key.fromKeyArn(stack, 'Own', KEY),
      }),
    }));
    const via = (role: string) =>
      statementsOf(template, role)
        .filter(({ resources }) => resources.includes(KEY))
        .map(({ actions, conditions }) => [actions, spelled(Object.values(conditions['StringEquals'] as object)[0])]);
    const s3 = 's3.<AWS::Region>.amazonaws.com';
    for (const role of ['MonitorPlanRole', 'MonitorProbeRole', 'MonitorReportRole'])
      expect(via(role)).toEqual([[['kms:Decrypt', 'kms:GenerateDataKey'], s3]]);
    expect(via('MonitorRunRole')).toEqual([[['kms:Decrypt'], s3]]);
  });

  test.each([
    ['imported', (stack: Stack) => Bucket.fromBucketName(stack, 'Runs', 'corp-runs'), 1],
    ['without a rule', (stack: Stack) => new Bucket(stack, 'Runs') as IBucket, 1],
    [
      'with a rule on something else',
      (stack: Stack) => new Bucket(stack, 'Runs', { lifecycleRules: [{ ...LIFETIME[0], prefix: 'logs/' }] }) as IBucket,
      1,
    ],
    [
      'with a rule on tags',
      (stack: Stack) =>
        new Bucket(stack, 'Runs', { lifecycleRules: [{ ...LIFETIME[0], tagFilters: { a: 'b' } }] }) as IBucket,
      1,
    ],
    ['with a rule', (stack: Stack) => new Bucket(stack, 'Runs', { lifecycleRules: LIFETIME }) as IBucket, 0],
  ])('%s: %#', (_, bucketIn, warnings) => {
    const found = warningsOf(monitorWith((stack) => ({ bucket: bucketIn(stack) })));
    expect(found.filter((each) => each.includes('below runs/'))).toHaveLength(warnings);
    expect(found).toHaveLength(warnings);
  });
});

describe('the table', () => {
  test('its grants are those on the monitor’s own', () => {
    const own = templateWith(() => ({}));
    const stack = monitorWith((each) => ({ table: stateTable(each) }));
    const given = Template.fromStack(stack);
    expect(warningsOf(stack)).toEqual([]);
    for (const role of ['MonitorPlanRole', 'MonitorProbeRole', 'MonitorReportRole']) {
      const of = (template: Template) => permissions(template, role).filter((each) => each.startsWith('dynamodb:'));
      expect(of(given).map((each) => each.replace('<State', '<MonitorState'))).toEqual(of(own));
      expect(of(own)).not.toEqual([]);
    }
    given.resourceCountIs('AWS::DynamoDB::Table', 1);
  });

  test('with a key: its use through DynamoDB only', () => {
    const template = templateWith((stack) => ({
      table: Table.fromTableAttributes(stack, 'State', {
        tableName: 'corp-state',
        encryptionKey: Key.fromKeyArn(stack, 'Own', KEY),
      }),
    }));
    const [statement, ...others] = statementsOf(template, 'MonitorProbeRole').filter(({ resources }) =>
      resources.includes(KEY),
    );
    expect(others).toEqual([]);
    expect(JSON.stringify(statement?.conditions)).toContain('dynamodb.');
  });

  test('imported: the synth cannot look, and names what it needs', () => {
    const [warning, ...others] = warningsOf(
      monitorWith((stack) => ({ table: Table.fromTableName(stack, 'State', 'corp-state') })),
    );
    expect(others).toEqual([]);
    expect(warning).toMatch(
      /partition key pk \(S\), no sort key, time to live by expires, the global secondary index due/,
    );
  });

  const KEYED = { partitionKey: { name: 'pk', type: AttributeType.STRING }, timeToLiveAttribute: 'expires' };
  type Form = Pick<TableProps, 'timeToLiveAttribute' | 'sortKey'> & {
    readonly partitionKey: Attribute;
    readonly index?: GlobalSecondaryIndexProps;
  };
  const DUE = { indexName: 'due', partitionKey: { name: 'pending', type: AttributeType.STRING } };
  test.each([
    ['its key is another', { ...KEYED, partitionKey: { name: 'id', type: AttributeType.STRING } }],
    ['its key is another', { ...KEYED, partitionKey: { name: 'pk', type: AttributeType.NUMBER } }],
    ['its key is another', { ...KEYED, sortKey: { name: 'sk', type: AttributeType.STRING } }],
    ['it has no time to live by expires', { partitionKey: KEYED.partitionKey }],
    ['it has no time to live by expires', { ...KEYED, timeToLiveAttribute: 'ttl' }],
    ['it has no index due', { ...KEYED, index: { ...DUE, indexName: 'open' } }],
    ['its index due is another', { ...KEYED, index: DUE }],
    [
      'its index due is another',
      { ...KEYED, index: { ...DUE, sortKey: KEYED.partitionKey, projectionType: ProjectionType.INCLUDE } },
    ],
  ])('of this app: %s', (fault, { index, ...form }: Form) => {
    const made = () =>
      monitorWith((stack) => {
        const table = new Table(stack, 'State', form);
        if (index === undefined && form.partitionKey.type === AttributeType.STRING) addIndexes(table);
        else if (index !== undefined)
          table.addGlobalSecondaryIndex({
            ...index,
            ...('projectionType' in index && { nonKeyAttributes: ['x'] }),
          });
        return { table: table as ITable };
      });
    expect(made).toThrow(DeploymentError);
    expect(made).toThrow(fault);
  });

  test('of the class TableV2', () => {
    const form = { partitionKey: KEYED.partitionKey, billing: Billing.onDemand() };
    const given = (ttl: string) =>
      monitorWith((stack) => {
        const table = new TableV2(stack, 'State', { ...form, timeToLiveAttribute: ttl });
        addIndexes(table as unknown as Table);
        return { table: table as ITable };
      });
    expect(warningsOf(given('expires'))).toEqual([]);
    expect(() => given('ttl')).toThrow('it has no time to live by expires');
  });
});

describe('logs and roles', () => {
  test.each([
    [RetentionDays.ONE_YEAR, 365],
    [RetentionDays.INFINITE, undefined],
  ])('logRetention %i holds for every log', (logRetention, days) => {
    const found = properties(
      templateWith(() => ({ logRetention })),
      'AWS::Logs::LogGroup',
    );
    expect(found.map((each) => each?.['RetentionInDays'])).toEqual(Array(5).fill(days));
  });

  test('a permissions boundary is every role’s', () => {
    const arn = 'arn:aws:iam::111111111111:policy/corp-boundary';
    const template = templateWith((stack) => ({
      permissionsBoundary: ManagedPolicy.fromManagedPolicyArn(stack, 'Boundary', arn),
    }));
    const roles = properties(template, 'AWS::IAM::Role');
    expect(roles).toHaveLength(6);
    expect(roles.map(({ PermissionsBoundary }) => PermissionsBoundary)).toEqual(Array(6).fill(arn));
  });
});

describe('what cannot be used is refused', () => {
  const elsewhere = { env: { account: '111111111111', region: 'eu-central-1' } };
  test.each([
    ['topic: it is in eu-west-1', (s: Stack) => ({ topic: Topic.fromTopicArn(s, 'X', TOPIC) })],
    ['chatTopic: it is in eu-west-1', (s: Stack) => ({ chatTopic: Topic.fromTopicArn(s, 'X', TOPIC) })],
    [
      'table: it is in eu-west-1',
      (s: Stack) => ({ table: Table.fromTableArn(s, 'X', `arn:aws:dynamodb:${REGION}:111111111111:table/x`) }),
    ],
    [
      'bucket: it is in eu-west-1',
      (s: Stack) => ({ bucket: Bucket.fromBucketAttributes(s, 'X', { bucketName: 'corp-runs', region: REGION }) }),
    ],
    [
      'table: it is in 222222222222',
      (s: Stack) => ({ table: Table.fromTableArn(s, 'X', 'arn:aws:dynamodb:eu-central-1:222222222222:table/x') }),
    ],
    ['topic: a FIFO topic', (s: Stack) => ({ topic: new Topic(s, 'X', { fifo: true }) as ITopic })],
    ['topic: a topic, such as Topic.fromTopicArn(…) is expected, not string', () => ({ topic: TOPIC as never })],
    ['bucket: a bucket, such as', () => ({ bucket: 'runs' as never })],
    ['table: a table, such as', (s: Stack) => ({ table: new Topic(s, 'X') as never })],
    ['permissionsBoundary: a managed policy', () => ({ permissionsBoundary: 'corp' as never })],
    ['logRetention: 31 is no number of days', () => ({ logRetention: 31 as RetentionDays })],
    ['did you mean RetentionDays.ONE_MONTH (30)?', () => ({ logRetention: '30 days' as never })],
    [
      'chatTopic: it is the same as topic',
      (s: Stack) => {
        const topic = new Topic(s, 'X') as ITopic;
        return { topic, chatTopic: topic };
      },
    ],
  ])('%s', (message, props) => {
    expect(() => monitorWith(props, elsewhere)).toThrow(DeploymentError);
    expect(() => monitorWith(props, elsewhere)).toThrow(message);
  });

  test('a table, or a bucket, of two monitors', () => {
    const stack = ownStack();
    const table = stateTable(stack);
    const bucket = new Bucket(stack, 'Runs', { encryption: BucketEncryption.S3_MANAGED }) as IBucket;
    new MtlsMonitor(stack, 'One', { registry, name: 'one', table, bucket });
    expect(() => new MtlsMonitor(stack, 'Two', { registry, name: 'two', table })).toThrow(
      'table: Own/Two and Own/One have the same one',
    );
    expect(() => new MtlsMonitor(stack, 'Three', { registry, name: 'three', bucket })).toThrow(
      'bucket: Own/Three and Own/One have the same one',
    );
  });
});

test('names and ARNs that are known at the deployment only are taken as they are', () => {
  const arn = (service: string, rest: string) => `arn:aws:${service}:${Aws.REGION}:${Aws.ACCOUNT_ID}:${rest}`;
  expect(() =>
    monitorWith((stack) => ({
      topic: Topic.fromTopicArn(stack, 'Central', arn('sns', 'central')),
      table: Table.fromTableArn(stack, 'Kept', arn('dynamodb', 'table/state')),
    })),
  ).not.toThrow();
});
