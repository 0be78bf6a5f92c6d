import { describe, expect, test } from 'vitest';
import { properties, spelled, synth } from './support/synth.ts';

const template = synth({ maxConcurrency: 8 });
type State = { readonly [name: string]: unknown };
const [machine] = properties(template, 'AWS::StepFunctions::StateMachine');
const definition = JSON.parse(spelled(machine?.['DefinitionString'])) as {
  StartAt: string;
  States: Record<string, State>;
};
const stateOf = (type: string) => Object.entries(definition.States).filter(([, state]) => state['Type'] === type);

describe('a run', () => {
  const [[map, probed] = ['', {} as State]] = stateOf('Map');
  const reporting = (definition.States['ProbeBatches'] as State)['Next'] as string;

  test('plan and map lead to report whatever happens to them', () => {
    const planned = definition.States[definition.StartAt] as State;

    for (const state of [planned, probed]) {
      expect(state['Catch']).toEqual([
        { ErrorEquals: ['States.ALL'], ResultPath: expect.any(String), Next: reporting },
      ]);
    }
  });

  test('the map is distributed over express children and tolerates every failed batch', () => {
    expect(map).not.toBe('');
    expect(probed).toMatchObject({
      ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' } },
      ItemReader: { ReaderConfig: { InputType: 'JSON' }, Parameters: { 'Key.$': '$.items' } },
      MaxConcurrency: 8,
      ToleratedFailurePercentage: 100,
    });
    expect(probed['ResultPath']).toBeNull();
  });

  test('a batch that failed is tried once more, but not where its results are stored or its child has no time left', () => {
    const { ItemProcessor } = probed as { ItemProcessor: { States: Record<string, State> } };
    const { Parameters, Retry, OutputPath } = ItemProcessor.States['ProbeBatch'] as {
      OutputPath: unknown;
      Parameters: State;
      Retry: { ErrorEquals: string[]; MaxAttempts: number }[];
    };

    // The map's output is an array of its children's: of {} each, 256 KB hold some 87,000.
    expect(OutputPath).toBeNull();
    expect(Retry.slice(1)).toMatchObject([
      { ErrorEquals: ['StateNotWritten', 'MetricsNotSent', 'NoTimeLeft', 'OtherVantage'], MaxAttempts: 0 },
      { ErrorEquals: ['States.TaskFailed'], MaxAttempts: 1 },
    ]);
    expect(Retry[0]?.ErrorEquals.every((name) => name.startsWith('Lambda.'))).toBe(true);
    expect(Parameters).toEqual({
      'batch.$': '$.batch',
      'key.$': '$.key',
      'enteredAt.$': '$$.State.EnteredTime',
      carries: true,
    });
  });

  test('what the report carries over is mapped again, and costs no step where nothing is', () => {
    const { Choices } = definition.States['IsDone'] as { Choices: { Variable: string; Next: string }[] };
    const again = Choices.find(({ Variable }) => Variable === '$.report.followUp')?.Next ?? '';

    expect(definition.States[again]).toEqual({
      Type: 'Pass',
      Next: 'ProbeBatches',
      Parameters: {
        'suite.$': '$.suite',
        'schedule.$': '$.schedule',
        'items.$': '$.report.followUp.items',
        'batches.$': '$.report.followUp.batches',
        'from.$': '$.report.followUp.from',
        'round.$': '$.report.followUp.round',
      },
    });
    expect(definition.States[reporting]).toMatchObject({ Parameters: { carries: true }, Next: 'IsDone' });
    // A run that was not planned has no follow-up: that choice comes first.
    expect(Choices.map(({ Variable }) => Variable).slice(0, 2)).toEqual(['$.planError', '$.report.followUp']);
  });

  test('an execution fails only where plan or report could not do their work', () => {
    expect(
      stateOf('Fail')
        .map(([, state]) => state['Error'])
        .sort(),
    ).toEqual(['InvalidRequest', 'NotificationsPending', 'PlanFailed', 'ReportFailed']);
  });

  test('what it publishes without the report has the attributes that subscriptions filter by', () => {
    expect(definition.States[reporting]?.['Catch']).toEqual([
      { ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'WasItSaid' },
    ]);
    expect(definition.States['TellWithoutReport']).toMatchObject({
      Parameters: {
        MessageStructure: 'json',
        Subject: expect.stringMatching(/^mTLS blind, critical: /),
        MessageAttributes: {
          kind: { DataType: 'String', StringValue: 'blind' },
          severity: { DataType: 'String', StringValue: 'critical' },
          owner: { DataType: 'String', StringValue: expect.any(String) },
        },
      },
    });
  });

  test('what the functions are told never depends on an optional input', () => {
    const paths = JSON.stringify(definition.States[definition.StartAt]).match(/"\$\.[\w.]+"/g) ?? [];

    expect(paths).toEqual(['"$.planError"']);
  });
});

describe('schedules', () => {
  const schedules = properties(template, 'AWS::Scheduler::Schedule');

  test('one for each schedule in use and suite, with its interval and input', () => {
    const started = schedules.map(({ ScheduleExpression, Target }) => [
      ScheduleExpression,
      JSON.parse((Target as { Input: string }).Input),
    ]);

    expect(started).toHaveLength(6);
    expect(started).toContainEqual([
      expect.stringMatching(/^cron\([0-4]\/5 \* \* \* \? \*\)$/),
      { suite: 'enforcement', schedule: 'default' },
    ]);
    expect(started).toContainEqual(['rate(1 minute)', { suite: 'enforcement', schedule: 'critical' }]);
    expect(started).toContainEqual(['rate(59 minutes)', { suite: 'isolation', schedule: 'critical' }]);
    expect(started).toContainEqual([
      expect.stringMatching(/^rate\((1 day|24 hours)\)$/),
      { suite: 'certificates', schedule: 'default' },
    ]);
  });

  test('no two suites of an hour or less start in the same minute', () => {
    const minutes = schedules
      .map(({ ScheduleExpression }) => /^cron\((\d+)(?:\/(\d+))? /.exec(String(ScheduleExpression)))
      .flatMap((found) => (found === null ? [] : [{ from: Number(found[1]), every: Number(found[2] ?? 60) }]));
    expect(minutes.length).toBe(3);
    const starts = minutes.flatMap(({ from, every }) => Array.from({ length: 60 / every }, (_, n) => from + n * every));
    expect(new Set(starts).size).toBe(starts.length);
  });

  test('start on time, and not after the next run is due', () => {
    for (const { FlexibleTimeWindow, Target } of schedules) {
      expect(FlexibleTimeWindow).toEqual({ Mode: 'OFF' });
      expect(Target).toMatchObject({ DeadLetterConfig: { Arn: expect.anything() } });
    }
    const minute = schedules.find(({ ScheduleExpression }) => ScheduleExpression === 'rate(1 minute)');
    expect(minute?.['Target']).toMatchObject({ RetryPolicy: { MaximumEventAgeInSeconds: 60 } });
  });
});

describe('what a run runs on', () => {
  test('Node 24 on arm64, each function with a log that ends', () => {
    const functions = properties(template, 'AWS::Lambda::Function');

    expect(functions.map(({ Runtime, Architectures }) => [Runtime, Architectures])).toEqual(
      Array.from({ length: 4 }, () => ['nodejs24.x', ['arm64']]),
    );
    for (const { LoggingConfig } of functions) expect(LoggingConfig).toHaveProperty('LogGroup');
    for (const { RetentionInDays } of properties(template, 'AWS::Logs::LogGroup')) expect(RetentionInDays).toBe(30);
  });

  test('an express child lives longer than its probe function', () => {
    const timeouts = properties(template, 'AWS::Lambda::Function').map(({ Timeout }) => Timeout);

    expect(timeouts).toContain(290);
  });

  test('the table is encrypted, can be restored and has the sparse indices, and forgets; the bucket is private and empties itself', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      SSESpecification: { SSEEnabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      BillingMode: 'PAY_PER_REQUEST',
      GlobalSecondaryIndexes: ['due', 'open'].map((IndexName) => ({
        IndexName,
        Projection: { ProjectionType: 'KEYS_ONLY' },
      })),
      TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
    });
    template.hasResourceProperties('AWS::S3::Bucket', {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
      LifecycleConfiguration: { Rules: [{ ExpirationInDays: 30, Status: 'Enabled' }] },
    });
  });

  test('the outputs are those that the README names', () => {
    expect(Object.keys(template.findOutputs('*')).sort()).toEqual([
      'ChatTopicArn',
      'DashboardName',
      'DashboardUrl',
      'NotificationTopicArn',
      'RunBucketName',
      'RunMissingAlarmName',
      'StateMachineArn',
      'StateTableName',
    ]);
  });

  test('the dashboard has one search a metric, however many endpoints there are', () => {
    const bodyAt = (metrics: 'fleet' | 'sparse' | 'endpoint') =>
      spelled(properties(synth({ metrics }), 'AWS::CloudWatch::Dashboard')[0]?.['DashboardBody']);

    expect(bodyAt('endpoint')).toContain(
      `SEARCH('{MtlsMonitor,Monitor,Endpoint,Vantage} MetricName=\\"EnforcementFailures\\" Monitor=\\"MtlsMonitor\\"'`,
    );
    expect(bodyAt('endpoint')).not.toContain('payments');
    expect(bodyAt('fleet')).not.toContain('Endpoint,Vantage');
    // What sparse never sends would be an empty graph
    for (const name of ['ControlAccepted', 'EnforcementFailures', 'IsolationFailures', 'Inconclusive', 'DaysToExpiry'])
      expect(bodyAt('sparse'), name).toContain(`MetricName=\\"${name}\\"`);
    expect(bodyAt('sparse')).not.toContain('ProbeLatency');
    expect(bodyAt('endpoint')).toContain('ProbeLatency');
  });
});
