import { describe, expect, test } from 'vitest';
import { registryFile } from './support/registry.ts';
import { permissions, properties, statementsOf, synth } from './support/synth.ts';

const KEY = 'arn:aws:kms:eu-west-1:111111111111:key/0000';
const template = synth({ secretKeys: [KEY] });
const secretsOf = (of: typeof template) =>
  permissions(of, 'MonitorProbeRole').filter((each) => each.startsWith('secretsmanager:GetSecretValue'));

describe('the probe’s role', () => {
  test('reads exactly the secrets that the registry names', () => {
    const own = 'arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:monitor';

    expect(secretsOf(template)).toEqual(
      [
        `${own}/identity/checkout-??????`,
        `${own}/identity/legacy-??????`,
        `${own}/identity/passphrase-??????`,
        `${own}/token/ledger-??????`,
        `${own}/trust/corp-??????`,
        'arn:aws:secretsmanager:eu-west-1:222222222222:secret:orders-AbCdEf',
      ].map((resource) => `secretsmanager:GetSecretValue ${resource}`),
    );
  });

  test('an ARN without the six random characters is granted with any', () => {
    const registry = registryFile(`version: 1
identities:
  full: { secret: "arn:aws:secretsmanager:eu-west-1:111111111111:secret:team/full-AbCdEf" }
  partial: { secret: "arn:aws:secretsmanager:eu-west-1:111111111111:secret:team/partial" }
  hyphen: { secret: "arn:aws:secretsmanager:eu-west-1:111111111111:secret:team/by-hand" }
endpoints: [{ name: target, url: "https://target.example/", admits: [full, partial, hyphen] }]
`);
    expect(secretsOf(synth({ registry }))).toEqual(
      ['by-hand-??????', 'full-AbCdEf', 'partial-??????'].map(
        (name) => `secretsmanager:GetSecretValue arn:aws:secretsmanager:eu-west-1:111111111111:secret:team/${name}`,
      ),
    );
  });

  test.each(['*', 'team/*', 'team/??????', 'arn:aws:secretsmanager:eu-west-1:111111111111:secret:*'])(
    'a secret named %s is refused: it would grant others',
    (secret) => {
      const registry = registryFile(`version: 1
identities: { any: { secret: "${secret}" } }
endpoints: [{ name: target, url: "https://target.example/", admits: [any] }]
`);
      expect(() => synth({ registry })).toThrow(/identities\.any\.secret|a secret’s name/);
    },
  );

  test('decrypts with the keys in secretKeys only, and only for Secrets Manager', () => {
    const decrypting = statementsOf(template, 'MonitorProbeRole').filter(({ actions }) =>
      actions.includes('kms:Decrypt'),
    );

    expect(decrypting).toEqual([
      {
        actions: ['kms:Decrypt'],
        resources: [KEY],
        conditions: { StringLike: { 'kms:ViaService': 'secretsmanager.*.amazonaws.com' } },
      },
    ]);
    expect(permissions(synth(), 'MonitorProbeRole').filter((each) => each.startsWith('kms:'))).toEqual([]);
  });

  test('can neither publish nor delete', () => {
    const actions = statementsOf(template, 'MonitorProbeRole').flatMap((each) => each.actions);

    expect(actions.filter((action) => /^sns:|Delete|Scan|\*/.test(action))).toEqual([]);
  });

  test('hundreds of secrets fit the limits of IAM, and none is lost', () => {
    const names = Array.from({ length: 400 }, (_, index) => `identity-${index}`);
    const text = `version: 1
identities:
${names.map((name) => `  ${name}: { secret: a-team-with-a-long-name/mtls-monitor/${name} }`).join('\n')}
endpoints:
  - { name: payments, url: "https://payments.example/", admits: [identity-0], refuses: [identity-1] }
`;

    const large = synth({ registry: registryFile(text) });

    expect(secretsOf(large)).toHaveLength(400);
    const size = ({ PolicyDocument }: { readonly [name: string]: unknown }) => JSON.stringify(PolicyDocument).length;
    // Longer than what IAM counts: the references are spelled out in JSON.
    for (const each of properties(large, 'AWS::IAM::ManagedPolicy')) expect(size(each)).toBeLessThan(2.5 * 6144);
    expect(properties(large, 'AWS::IAM::ManagedPolicy').length).toBeGreaterThan(4);
  });
});

describe('every role', () => {
  test('puts metrics only into its own namespace, and the probe only where a batch sends any', () => {
    const putting = (of: typeof template) =>
      permissions(of, 'MonitorProbeRole').filter((each) => /PutMetric/.test(each));
    expect([putting(template), putting(synth({ metrics: 'fleet' }))]).toEqual([[], []]);
    const endpoint = synth({ metrics: 'endpoint' });
    for (const role of ['MonitorProbeRole', 'MonitorReportRole']) {
      const [put, ...more] = statementsOf(endpoint, role).filter(({ actions }) =>
        actions.includes('cloudwatch:PutMetricData'),
      );

      expect(put?.conditions).toEqual({ StringEquals: { 'cloudwatch:namespace': 'MtlsMonitor' } });
      expect(more).toEqual([]);
    }
  });

  test('plan reads one file and the keys of what is open, and writes plans and the locks of runs, nothing else', () => {
    expect(permissions(template, 'MonitorPlanRole').filter((each) => !each.startsWith('logs:'))).toEqual([
      'cloudwatch:PutMetricData *',
      'dynamodb:PutItem <MonitorState.Arn>',
      'dynamodb:Query <MonitorState.Arn>/index/open',
      's3:GetObject <MonitorRuns.Arn>/durations/*',
      expect.stringMatching(/^s3:GetObject arn:.*cdk-hnb659fds-assets.*\/[0-9a-f]{64}\.json$/),
      's3:ListBucket <MonitorRuns.Arn>',
      's3:PutObject <MonitorRuns.Arn>/runs/*/batches/*',
      's3:PutObject <MonitorRuns.Arn>/runs/*/items.json',
      's3:PutObject <MonitorRuns.Arn>/runs/*/results/gone.json',
    ]);
    const locks = statementsOf(template, 'MonitorPlanRole').find(({ actions }) => actions.includes('dynamodb:PutItem'));
    expect(locks?.conditions).toEqual({
      'ForAllValues:StringLike': {
        'dynamodb:LeadingKeys': ['running/*', 'adopted'],
      },
    });
  });

  test('report publishes to the two topics with their key, and reads no secret', () => {
    const may = permissions(template, 'MonitorReportRole');

    expect(may.filter((each) => /^(sns|kms):/.test(each))).toEqual([
      'kms:Decrypt <MonitorTopicKey.Arn>',
      'kms:GenerateDataKey* <MonitorTopicKey.Arn>',
      'sns:Publish <MonitorChat>',
      'sns:Publish <MonitorNotifications>',
    ]);
    expect(may.filter((each) => each.startsWith('secretsmanager:'))).toEqual([]);
  });

  test('the state machine may publish its last word to the encrypted topics', () => {
    const may = permissions(template, 'MonitorRunRole').filter((each) => /^(sns|kms):/.test(each));

    expect(may).toEqual([
      'kms:Decrypt <MonitorTopicKey.Arn>',
      'kms:GenerateDataKey* <MonitorTopicKey.Arn>',
      'sns:Publish <MonitorChat>',
      'sns:Publish <MonitorNotifications>',
    ]);
  });

  test('the map may read its items, the scheduler may start runs', () => {
    expect(permissions(template, 'MonitorRunRole')).toContain('s3:GetObject arn:<AWS::Partition>:s3:::<MonitorRuns>/*');
    expect(permissions(template, 'MonitorRunRole')).toContain('states:StartExecution <MonitorRun>');
    expect(permissions(template, 'MonitorSchedulerRole')).toEqual([
      'sqs:SendMessage <MonitorRunsNotStarted.Arn>',
      'states:StartExecution <MonitorRun>',
    ]);
  });

  test('no managed policy of AWS, one role a function', () => {
    const roles = properties(template, 'AWS::IAM::Role');

    expect(roles.flatMap((role) => role['ManagedPolicyArns'] ?? [])).toEqual([]);
    expect(new Set(properties(template, 'AWS::Lambda::Function').map((fn) => JSON.stringify(fn['Role']))).size).toBe(4);
  });
});

test('the widget reads the two items and the snapshots, and nothing else', () => {
  const statements = statementsOf(template, 'MonitorWidgetRole').filter(
    ({ actions }) => !actions[0]?.startsWith('logs:'),
  );
  expect(statements.flatMap(({ actions }) => actions)).toEqual(['dynamodb:GetItem', 's3:GetObject', 's3:ListBucket']);
  expect(statements.map(({ conditions }) => conditions)).toEqual([
    { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['incidents', 'silences'] } },
    {},
    { StringLike: { 's3:prefix': 'runs/snapshots/*' } },
  ]);
});

test('the dashboard calls it, and it is no function of a run', () => {
  const [body] = properties(template, 'AWS::CloudWatch::Dashboard');
  expect(JSON.stringify(body)).toContain('\\"type\\":\\"custom\\"');
  const machine = properties(template, 'AWS::StepFunctions::StateMachine');
  expect(JSON.stringify(machine)).not.toContain('MonitorWidget');
});
