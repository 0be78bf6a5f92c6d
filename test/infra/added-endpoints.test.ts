/** Endpoints that code gives or adds: in the deployed registry, granted, and refused with a reason where the monitor was not made for them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CfnParameter, Lazy, Stack, Stage } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { describe, expect, test } from 'vitest';
import { DeploymentError, type EndpointEntry, MtlsMonitor, type MtlsMonitorProps } from '../../infra/index.ts';
import { deployedRegistry } from './support/deployed.ts';
import { REGISTRY, registryFile } from './support/registry.ts';
import { newApp, ownStack, permissions } from './support/synth.ts';

const registry = registryFile();
const entry = (name: string, fields: Partial<EndpointEntry> = {}): EndpointEntry => ({
  name,
  url: `https://${name}.example/`,
  admits: ['checkout'],
  ...fields,
});
const made = (props: Partial<MtlsMonitorProps> = {}): { readonly stack: Stack; readonly monitor: MtlsMonitor } => {
  const stack = ownStack();
  return { stack, monitor: new MtlsMonitor(stack, 'Monitor', { registry, ...props }) };
};
/** Known at the deployment only. */
const LATER = Lazy.string({ produce: () => 'x' });
const names = (stack: Stack) => deployedRegistry(stack).endpoints.map(({ name }) => name);

describe('an endpoint that is added', () => {
  test('is deployed after those of the file, whose bundles stay; without one the file is deployed as it is', () => {
    const { stack, monitor } = made();
    expect(deployedRegistry(stack).endpoints).toBe(readFileSync(registry, 'utf8'));
    const other = made();
    other.monitor.addEndpoint(entry('orders', { schedule: 'critical', from: ['default'] }));
    other.monitor.addEndpoint(entry('search'));
    expect(names(other.stack)).toEqual(['payments', 'ledger', 'orders', 'search']);
    expect(monitor.name).toBe(other.monitor.name);
  });

  test('has metrics and alarms', () => {
    const { stack, monitor } = made();
    expect(() => monitor.metric('Inconclusive', { endpoint: 'orders' })).toThrow('unknown endpoint orders');
    monitor.addEndpoint(entry('orders', { schedule: 'critical' }));
    expect(monitor.metric('Inconclusive', { endpoint: 'orders' }).period.toMinutes()).toBe(1);
    monitor.endpointAlarm('Inconclusive', 'orders');
    Template.fromStack(stack).hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'Inconclusive' });
  });

  test('has the secrets of its headers granted to the probe, and nothing more', () => {
    const of = (headers: object) => {
      const { stack, monitor } = made();
      monitor.addEndpoint(entry('orders', { http: { headers } }));
      return permissions(Template.fromStack(stack), 'MonitorProbeRole');
    };
    const [plain, more] = [of({}), of({ authorization: { secret: 'monitor/token/orders' } })];
    expect(more.filter((each) => !plain.includes(each))).toEqual([
      expect.stringMatching(/^secretsmanager:GetSecretValue .*:secret:monitor\/token\/orders-\?{6}$/),
    ]);
    expect(of({ authorization: { secret: 'monitor/token/ledger' } })).toEqual(plain);
  });

  test.each<[string, EndpointEntry]>([
    ['The endpoint payments: another has this name', entry('payments')],
    ['The endpoint orders: admits[0]: ', entry('orders', { admits: ['checkot'] })],
    ['did you mean "checkout"?', entry('orders', { admits: ['checkot'] })],
    ['The endpoint orders: admitz: ', entry('orders', { admitz: ['checkout'] })],
    ['made without the schedule unused; expected one of default, critical', entry('orders', { schedule: 'unused' })],
    ['made without the vantage v', entry('orders', { from: ['v'] })],
    ['The endpoint orders: url: expected a URL', entry('orders', { url: `not a URL ${LATER}` })],
    ['The endpoint orders: owner holds a value', entry('orders', { owner: LATER })],
    ['The endpoint orders: http holds a value', entry('orders', { http: { headers: { a: LATER } } })],
  ])('%s', (message, refused) => {
    const withVantage = registryFile(REGISTRY.replace('endpoints:', 'vantages: { v: {} }\nendpoints:'));
    const { stack, monitor } = made({ registry: withVantage });
    expect(() => monitor.addEndpoint(refused)).toThrow(DeploymentError);
    expect(() => monitor.addEndpoint(refused)).toThrow(message);
    // What was refused is not deployed.
    monitor.addEndpoint(entry('search'));
    expect(names(stack)).toEqual(['payments', 'ledger', 'search']);
  });

  test('counts for the budget, and for the warning of what a month costs', () => {
    const many = (monitor: MtlsMonitor) => {
      for (let at = 0; at < 40; at += 1) monitor.addEndpoint(entry(`e${at}`, { schedule: 'critical' }));
    };
    const budget = registryFile(REGISTRY.replace('version: 1\n', 'version: 1\nmonitor: { budget: 60 }\n'));
    const { stack, monitor } = made({ registry: budget, metrics: 'check' });
    expect(() => Template.fromStack(stack)).not.toThrow();
    const dear = made({ registry: budget, metrics: 'check' });
    many(dear.monitor);
    expect(() => Template.fromStack(dear.stack)).toThrow(/budget/);
    expect(monitor.name).toBe('Own');

    const warned = (more: boolean) => {
      const one = made({ metrics: 'check' });
      if (more) many(one.monitor);
      return Annotations.fromStack(one.stack).findWarning('*', Match.stringLikeRegexp('will cost about'));
    };
    expect(warned(false)).toEqual([]);
    expect(warned(true)).toHaveLength(1);
  });
});

test('in a stage, the manifest of its assets names the registry’s file', () => {
  const app = newApp();
  const stage = new Stage(app, 'Prod');
  const monitor = new MtlsMonitor(new Stack(stage, 'Own'), 'Monitor', { registry });
  monitor.addEndpoint(entry('orders'));
  app.synth();
  const folder = join(app.outdir, 'assembly-Prod');
  const manifest = readdirSync(folder).find((name) => name.endsWith('.assets.json')) ?? '';
  const { files } = JSON.parse(readFileSync(join(folder, manifest), 'utf8'));
  const sources = Object.values(files as Record<string, { source: { path: string } }>).map(({ source }) => source.path);
  const [file = '', ...others] = sources.filter((path) => /asset\.[0-9a-f]{64}\.json$/.test(path));
  expect(others).toEqual([]);
  expect(readFileSync(join(folder, file), 'utf8')).toContain('orders');
});

describe('endpoints of the construct', () => {
  test('alone: the registry has none', () => {
    const { endpoints: _, ...rest } = { version: 1, identities: { checkout: { secret: 'c' } }, endpoints: [] };
    for (const own of [rest, { ...rest, endpoints: [] }]) {
      const { stack } = made({ registry: own, endpoints: [entry('orders')] });
      expect(names(stack)).toEqual(['orders']);
    }
    expect(() => made({ registry: rest })).toThrow(DeploymentError);
  });

  test('an error names its place; a text in place of the list is refused', () => {
    expect(() => made({ endpoints: [entry('orders', { admits: ['checkot'] })] })).toThrow(
      /with 1 endpoints? of the code:.*endpoints\[2\]\.admits\[0\].*"checkout"/s,
    );
    expect(() => made({ endpoints: 'orders' as never })).toThrow('endpoints: a list of endpoints is expected');
  });
});

describe('what only the deployment knows', () => {
  test('is a place in the registry and a value of the plan function, the same in every synth', () => {
    const synth = () => {
      const stack = ownStack();
      const [host, other] = ['Host', 'Other'].map((id) => new CfnParameter(stack, id).valueAsString);
      const monitor = new MtlsMonitor(stack, 'Monitor', {
        registry,
        endpoints: [entry('orders', { url: `https://${host}/`, bypasses: [`https://${other}/x`] })],
      });
      monitor.addEndpoint(entry('search', { url: `https://${other}/${stack.region}`, serverName: 'search.example' }));
      return deployedRegistry(stack);
    };
    const { endpoints, values } = synth();
    expect(endpoints.slice(2)).toMatchObject([
      { url: 'https://known-at-deployment-1/', bypasses: ['https://known-at-deployment-2/x'] },
      { url: 'https://known-at-deployment-2/known-at-deployment-3' },
    ]);
    expect(values).toEqual({
      'known-at-deployment-1': '<Host>',
      'known-at-deployment-2': '<Other>',
      'known-at-deployment-3': '<AWS::Region>',
    });
    expect(synth()).toEqual({ endpoints, values });
  });

  test('of another stack is that stack’s output', () => {
    const app = newApp();
    const other = new Stack(app, 'Edge');
    const host = new Topic(other, 'Host').topicName;
    const stack = new Stack(app, 'Own');
    new MtlsMonitor(stack, 'Monitor', { registry, endpoints: [entry('orders', { url: `https://${host}/` })] });
    const functions = JSON.stringify(Template.fromStack(stack).findResources('AWS::Lambda::Function'));
    expect(functions).toMatch(/"REGISTRY_VALUES":.{0,80}"Fn::(GetStackOutput|ImportValue)":.{0,80}Edge.{0,120}HostB/);
  });

  test('a place that somebody wrote is refused', () => {
    const url = 'https://known-at-deployment-1/';
    expect(() => made({ endpoints: [entry('orders', { url })] })).toThrow('deployment’s own word');
    expect(() => made().monitor.addEndpoint(entry('orders', { url }))).toThrow('deployment’s own word');
    const written = registryFile(REGISTRY.replace('https://payments.example/health', url));
    expect(() => made({ registry: written })).toThrow('deployment’s own word');
  });

  test('more than the environment has room for is refused', () => {
    const { stack, monitor } = made();
    const add = (from: number, to: number) => {
      for (let at = from; at <= to; at += 1)
        monitor.addEndpoint(entry(`e${at}`, { url: `https://${new CfnParameter(stack, `P${at}`).valueAsString}/` }));
    };
    add(1, 30);
    expect(() => add(31, 31)).toThrow('More than 30 values');
  });
});
