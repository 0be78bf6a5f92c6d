import { readFileSync } from 'node:fs';
import { Annotations } from 'aws-cdk-lib';
import { Annotations as Found, Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { REGISTRY, registryFile } from './support/registry.ts';
import { newApp, properties, spelled, stackOf, synth } from './support/synth.ts';

const template = synth({ notificationEmail: 'team@corp.example' });
const OWN_ACCOUNT = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } };
const CLOUDWATCH = { Service: 'cloudwatch.amazonaws.com' };

describe('topics', () => {
  test('are encrypted with a customer-managed key that rotates and lets alarms of this account use it', () => {
    template.hasResourceProperties('AWS::KMS::Key', {
      EnableKeyRotation: true,
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Allow',
            Principal: CLOUDWATCH,
            Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
            Condition: OWN_ACCOUNT,
          }),
        ]),
      },
    });
    const keys = properties(template, 'AWS::SNS::Topic').map(({ KmsMasterKeyId }) => spelled(KmsMasterKeyId));
    expect(keys).toEqual([
      expect.stringMatching(/^<MonitorTopicKey\w+\.Arn>$/),
      expect.stringMatching(/^<MonitorTopicKey\w+\.Arn>$/),
    ]);
  });

  test('both let alarms of this account publish, and refuse what is not TLS', () => {
    const policies = properties(template, 'AWS::SNS::TopicPolicy');

    expect(policies).toHaveLength(2);
    for (const { PolicyDocument } of policies) {
      const { Statement } = PolicyDocument as { readonly Statement: readonly object[] };
      expect(Statement).toContainEqual(
        expect.objectContaining({
          Effect: 'Allow',
          Principal: CLOUDWATCH,
          Action: 'sns:Publish',
          Condition: OWN_ACCOUNT,
        }),
      );
      expect(Statement).toContainEqual(
        expect.objectContaining({
          Effect: 'Deny',
          Action: 'sns:Publish',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      );
    }
  });

  test('an email address is subscribed where one is given', () => {
    template.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'team@corp.example' });
    expect(properties(synth(), 'AWS::SNS::Subscription')).toEqual([]);
  });
});

describe('who is written to', () => {
  const NAMED = registryFile(
    REGISTRY.replace(
      'version: 1\n',
      'version: 1\nmonitor: { metrics: fleet, notify: { email: [a@corp.example, b@corp.example] } }\n',
    ),
  );
  const subscribed = (props: Parameters<typeof synth>[0]) =>
    properties(synth(props), 'AWS::SNS::Subscription').map(({ Protocol, Endpoint }) => `${Protocol} ${Endpoint}`);
  const warnings = (props: Parameters<typeof synth>[0], acknowledged = false) => {
    const stack = stackOf(newApp(), props);
    if (acknowledged) Annotations.of(stack.monitor).acknowledgeWarning('mtls-monitor:nobodyIsSubscribed');
    return Found.fromStack(stack).findWarning('*', Match.stringLikeRegexp('No address is subscribed'));
  };

  test('each address that the registry names, however it is deployed', () => {
    expect(subscribed({ registry: NAMED }).toSorted()).toEqual(['email a@corp.example', 'email b@corp.example']);
  });

  test('the one of the context in their place', () => {
    expect(subscribed({ registry: NAMED, notificationEmail: 'c@corp.example' })).toEqual(['email c@corp.example']);
  });

  test('nobody: the synth warns and says what to write; acknowledged, it does not', () => {
    const [warning, ...more] = warnings({});
    expect(more).toEqual([]);
    expect(warning?.entry.data).toContain('monitor: { notify: { email: [');
    expect(warnings({}, true)).toEqual([]);
    expect(warnings({ registry: NAMED })).toEqual([]);
    expect(warnings({ notificationEmail: 'c@corp.example' })).toEqual([]);
  });

  test('nobody: the dashboard says so in its first row, and only then', () => {
    const first = (props: Parameters<typeof synth>[0]) => {
      const body = spelled(properties(synth(props), 'AWS::CloudWatch::Dashboard')[0]?.['DashboardBody']);
      return body.slice(0, body.indexOf('"type":"metric"'));
    };
    expect(first({})).toContain('monitor: { notify: { email: [');
    expect(first({ registry: NAMED })).not.toContain('"type":"text"');
    expect(first({ notificationEmail: 'c@corp.example' })).not.toContain('"type":"text"');
  });

  test('the runbook of the registry is linked by the dashboard and its widget, the report’s messages and the last word', () => {
    const runbook = 'https://wiki.corp.example/mtls';
    const named = registryFile(REGISTRY.replace('version: 1\n', `version: 1\nmonitor: { runbook: ${runbook} }\n`));
    const [without, withOne] = [synth(), synth({ registry: named })];
    const seen = (from: typeof without) => ({
      board: spelled(properties(from, 'AWS::CloudWatch::Dashboard')[0]?.['DashboardBody']).includes(`(<${runbook}>)`),
      report: properties(from, 'AWS::Lambda::Function').flatMap(
        ({ Environment }) => (Environment as { Variables: Record<string, unknown> }).Variables['RUNBOOK'] ?? [],
      ),
      lastWord: spelled(properties(from, 'AWS::StepFunctions::StateMachine')[0]?.['DefinitionString']).includes(
        `${runbook}#run_incomplete`,
      ),
    });
    expect(seen(withOne)).toEqual({ board: true, report: [runbook, runbook], lastWord: true });
    expect(seen(without)).toEqual({ board: false, report: [], lastWord: false });
  });

  test('metrics of the registry, and of the context before it', () => {
    const levels = (props: Parameters<typeof synth>[0]) =>
      properties(synth(props), 'AWS::Lambda::Function').flatMap(({ Environment }) => {
        const { METRICS } = (Environment as { Variables: Record<string, unknown> }).Variables;
        return METRICS === undefined ? [] : [METRICS];
      });
    expect(levels({ registry: NAMED })).toEqual(['fleet', 'fleet']);
    expect(levels({ registry: NAMED, metrics: 'check' })).toEqual(['check', 'check']);
    expect(levels({})).toEqual(['sparse', 'sparse']);
  });
});

describe('alarms on runs that are missing', () => {
  const alarms = properties(template, 'AWS::CloudWatch::Alarm');
  const named = (name: string) => alarms.find(({ AlarmName }) => AlarmName === name);

  test('one for each schedule in use and suite, one for any run, and those on failures and on what is open', () => {
    expect(alarms.map(({ AlarmName }) => AlarmName).sort()).toEqual([
      'MtlsMonitor-CriticalIncidentsOpen',
      'MtlsMonitor-EndpointsBlind',
      'MtlsMonitor-EndpointsNotChecked',
      'MtlsMonitor-ExpiryNear',
      'MtlsMonitor-NotificationsPending',
      'MtlsMonitor-PlanErrors',
      'MtlsMonitor-PlanThrottles',
      'MtlsMonitor-ProbeErrors',
      'MtlsMonitor-ProbeThrottles',
      'MtlsMonitor-ReportErrors',
      'MtlsMonitor-ReportThrottles',
      'MtlsMonitor-RunAborted',
      'MtlsMonitor-RunFailed',
      'MtlsMonitor-RunMissing',
      'MtlsMonitor-RunMissing-critical-certificates',
      'MtlsMonitor-RunMissing-critical-enforcement',
      'MtlsMonitor-RunMissing-critical-isolation',
      'MtlsMonitor-RunMissing-default-certificates',
      'MtlsMonitor-RunMissing-default-enforcement',
      'MtlsMonitor-RunMissing-default-isolation',
      'MtlsMonitor-RunTimedOut',
      'MtlsMonitor-RunsNotStarted',
    ]);
  });

  test('on what is open: at once, missing data fine, a tenth of the fleet for what is blind', () => {
    for (const [name, MetricName] of [
      ['CriticalIncidentsOpen', 'CriticalIncidentsOpen'],
      ['ExpiryNear', 'ExpiriesOpen'],
      ['EndpointsBlind', 'EndpointsBlind'],
    ])
      expect(named(`MtlsMonitor-${name}`)).toMatchObject({
        ...{ MetricName, Threshold: 1, EvaluationPeriods: 1, TreatMissingData: 'notBreaching' },
        ...{
          ComparisonOperator: 'GreaterThanOrEqualToThreshold',
          Dimensions: [{ Name: 'Monitor', Value: 'MtlsMonitor' }],
        },
      });
    const twenty = Array.from(
      { length: 25 },
      (_, at) => `  - { name: e${at}, url: "https://h${at}.example", admits: [one] }`,
    );
    const wide = properties(
      synth({
        registry: registryFile(
          `version: 1\nidentities: { one: { secret: id/one } }\nendpoints:\n${twenty.join('\n')}\n`,
        ),
      }),
      'AWS::CloudWatch::Alarm',
    );
    expect(wide.find(({ AlarmName }) => AlarmName === 'MtlsMonitor-EndpointsBlind')?.['Threshold']).toBe(3);
  });

  test.each([
    ['default-enforcement', 300],
    ['critical-isolation', 59 * 60],
    ['critical-certificates', 3600],
    ['default-certificates', 86_400],
  ])(
    '%s: three intervals of %i s without a run, missing data breaching, within the limits of CloudWatch',
    (run, period) => {
      const [schedule, suite] = run.split('-');
      const alarm = named(`MtlsMonitor-RunMissing-${run}`);

      expect(alarm).toMatchObject({
        Namespace: 'MtlsMonitor',
        MetricName: 'RunCompleted',
        Period: period,
        EvaluationPeriods: 3,
        DatapointsToAlarm: 3,
        TreatMissingData: 'breaching',
        ComparisonOperator: 'LessThanThreshold',
        Threshold: 1,
      });
      expect(alarm?.['Dimensions']).toEqual([
        { Name: 'Monitor', Value: 'MtlsMonitor' },
        { Name: 'Schedule', Value: schedule },
        { Name: 'Suite', Value: suite },
      ]);
      expect(3 * period).toBeLessThanOrEqual(period < 3600 ? 86_400 : 604_800);
    },
  );

  test('the alarm on criticals is found as docs/paging.md finds it', () => {
    const id = /alarms\.find\(.*node\.id === '(\w+)'/.exec(
      readFileSync(new URL('../../docs/paging.md', import.meta.url), 'utf8'),
    )?.[1];
    expect(id).toBe('CriticalIncidentsOpenAlarm');
    expect(stackOf(newApp()).monitor.alarms.filter(({ node }) => node.id === id)).toHaveLength(1);
  });

  test('any run of this monitor: the shortest interval', () => {
    expect(named('MtlsMonitor-RunMissing')).toMatchObject({
      Period: 60,
      TreatMissingData: 'breaching',
      Dimensions: [{ Name: 'Monitor', Value: 'MtlsMonitor' }],
    });
  });

  test('all notify both topics, and again once they are over', () => {
    for (const { AlarmActions, OKActions } of alarms) {
      expect((AlarmActions as unknown[]).map(spelled)).toEqual([
        expect.stringContaining('MonitorNotifications'),
        expect.stringContaining('MonitorChat'),
      ]);
      expect(OKActions).toEqual(AlarmActions);
    }
  });
});
