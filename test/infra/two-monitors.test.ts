/** Two monitors of one account and region: metrics, alarms and dashboards of their own, or no synth. */
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { describe, expect, test } from 'vitest';
import { stackNameFromContext } from '../../infra/context-props.ts';
import { MonitorStack, MtlsMonitor } from '../../infra/index.ts';
import { REGISTRY, registryFile } from './support/registry.ts';
import { newApp, properties, spelled } from './support/synth.ts';

const registry = registryFile();

/** Every metric that an alarm or a dashboard of the template reads, without AWS’s own. */
const watched = (template: Template): readonly string[] => {
  const alarms = properties(template, 'AWS::CloudWatch::Alarm')
    .filter(({ Namespace }) => Namespace === 'MtlsMonitor')
    .map(({ Dimensions }) => (Dimensions as { Name: string; Value: string }[])[0])
    .map((first) => `${first?.Name} ${first?.Value}`);
  const dashboards = properties(template, 'AWS::CloudWatch::Dashboard').map(({ DashboardBody }) =>
    spelled(DashboardBody),
  );
  const shown = dashboards.flatMap((body) => [
    ...(body.match(/\["MtlsMonitor","\w+"(,"Monitor","[\w-]+")?/g) ?? []).map((each) =>
      each.split('"').slice(5, 8).join(''),
    ),
    ...(body.match(/MetricName=\\?"\w+\\?"( Monitor=\\?"[\w-]+)?/g) ?? []).map((each) => each.split(' ')[1] ?? 'none'),
  ]);
  return [...new Set([...alarms, ...shown.map((each) => each.replace(/[,=]\\?"?/, ' '))])].toSorted();
};

describe('two monitors', () => {
  test('are named by their registries, and by the property before that', () => {
    const own = registryFile(`${REGISTRY}monitor: { name: edge }\n`);
    const watchedBy = (name: string, props: object) =>
      watched(Template.fromStack(new MonitorStack(newApp(), name, { registry: own, ...props })));
    expect(watchedBy('One', {})).toEqual(['Monitor edge']);
    expect(watchedBy('Other', { name: 'core' })).toEqual(['Monitor core']);
  });

  test('of two stacks: nothing that one watches is the other’s', () => {
    const app = newApp();
    const [one, other] = ['TeamA', 'TeamB']
      .map((name) => new MonitorStack(app, name, { registry }))
      .map((stack) => Template.fromStack(stack));
    expect(watched(one as Template)).toEqual(['Monitor TeamA']);
    expect(watched(other as Template)).toEqual(['Monitor TeamB']);
    expect(properties(one as Template, 'AWS::CloudWatch::Alarm').map(({ AlarmName }) => AlarmName)).toContain(
      'TeamA-RunFailed',
    );
  });

  test('of one stack: each needs a name', () => {
    const stack = new Stack(newApp(), 'Both');
    new MtlsMonitor(stack, 'One', { registry });
    expect(() => new MtlsMonitor(stack, 'Two', { registry })).toThrow(
      /Both\/Two and Both\/One are both named Both.*`name`/s,
    );
    new MtlsMonitor(stack, 'Three', { registry, name: 'edge' });
    const names = properties(Template.fromStack(stack), 'AWS::CloudWatch::Dashboard').map(
      ({ DashboardName }) => DashboardName,
    );
    expect(names.toSorted()).toEqual(['Both', 'edge']);
    expect(() => new MtlsMonitor(stack, 'Four', { registry, name: 'with space' })).toThrow(/with space/);
  });

  test.each([
    ['two regions', { account: '111111111111', region: 'eu-west-1' }, { account: '111111111111', region: 'us-east-1' }],
    [
      'two accounts',
      { account: '111111111111', region: 'eu-west-1' },
      { account: '222222222222', region: 'eu-west-1' },
    ],
    ['a region and none', { account: '111111111111', region: 'eu-west-1' }, undefined],
  ])('of one name in %s: both are made', (_, one, other) => {
    const app = newApp();
    for (const [id, env] of [['One', one] as const, ['Other', other] as const])
      new MtlsMonitor(new Stack(app, id, env === undefined ? {} : { env }), 'Mtls', { registry, name: 'edge' });
  });

  test.each([
    ['one account and region', { account: '111111111111', region: 'eu-west-1' }],
    ['no account and region', {}],
    ['one region, no account', { region: 'eu-west-1' }],
  ])('of one name in two stacks of %s: refused', (_, env) => {
    const app = newApp();
    const [one, other] = ['One', 'Other'].map((id) => new Stack(app, id, { env }));
    new MtlsMonitor(one as Stack, 'Mtls', { registry, name: 'edge' });
    expect(() => new MtlsMonitor(other as Stack, 'Mtls', { registry, name: 'edge' })).toThrow(/both named edge/);
  });

  test('of the stock app: -c stackName', () => {
    expect([stackNameFromContext({}), stackNameFromContext({ stackName: 'payments-prod' })]).toEqual([
      'MtlsMonitor',
      'payments-prod',
    ]);
    expect(() => stackNameFromContext({ stackName: '9 lives' })).toThrow(/9 lives/);
  });

  test('alarm actions of one’s own, in place of the topics', () => {
    const stack = new Stack(newApp(), 'Own');
    const pager = new Topic(stack, 'Pager');
    const monitor = new MtlsMonitor(stack, 'Monitor', { registry, alarmActions: [new SnsAction(pager)] });
    expect(monitor.alarms.every((alarm) => alarm instanceof Alarm)).toBe(true);
    const actions = properties(Template.fromStack(stack), 'AWS::CloudWatch::Alarm').map(({ AlarmActions, OKActions }) =>
      [AlarmActions, OKActions].map((each) => (each as unknown[]).map(spelled)),
    );
    expect(actions.length).toBe(monitor.alarms.length);
    for (const both of actions)
      expect(both).toEqual([[expect.stringMatching(/^<Pager\w+>$/)], [expect.stringMatching(/^<Pager\w+>$/)]]);
  });
});
