/** What docs/library.md shows is what is compiled and synthesised, and it names all that the construct has. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import {
  ApplicationLoadBalancer,
  ApplicationProtocol,
  ListenerAction,
  ListenerCertificate,
  MutualAuthenticationMode,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { afterAll, describe, expect, test } from 'vitest';
import { LibraryStack } from '../../docs/examples/library-stack.ts';
import { INVENTORY_SOURCES } from '../../infra/inventory-props.ts';
import { MtlsMonitor } from '../../infra/mtls-monitor.ts';
import { STATE_TABLE_FORM } from '../../infra/table-form.ts';
import { textOf } from './support/sources.ts';

const page = textOf('docs/library.md');
const folder = mkdtempSync(join(tmpdir(), 'mtls-monitor-library-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ACCOUNT = { account: '111111111111', region: 'eu-west-1' };
const made = (): LibraryStack => {
  const app = new App({ outdir: join(folder, 'out'), context: { 'aws:cdk:bundling-stacks': [] } });
  const edge = new Stack(app, 'Edge', { env: ACCOUNT });
  const listener = new ApplicationLoadBalancer(edge, 'Edge', { vpc: new Vpc(edge, 'Vpc') as IVpc }).addListener(
    'Mtls',
    {
      port: 8443,
      protocol: ApplicationProtocol.HTTPS,
      certificates: [ListenerCertificate.fromArn('arn:aws:acm:eu-west-1:111111111111:certificate/0000')],
      defaultAction: ListenerAction.fixedResponse(200),
      mutualAuthentication: { mutualAuthenticationMode: MutualAuthenticationMode.PASS_THROUGH },
    },
  );
  const centralTopic = 'arn:aws:sns:eu-west-1:111111111111:central';
  return new LibraryStack(app, 'Payments', { listener, centralTopic, env: ACCOUNT });
};

/** A monitor with all that is optional: a custodian, an inventory, a vantage in a VPC, a key. */
const everything = (): Template => {
  const app = new App({ outdir: join(folder, 'all'), context: { 'aws:cdk:bundling-stacks': [] } });
  const stack = new Stack(app, 'All');
  const url = 'https://payments.example/';
  new MtlsMonitor(stack, 'Mtls', {
    metrics: 'check',
    encryptionKey: new Key(stack, 'Key'),
    custodian: ['arn:aws:acm-pca:eu-west-1:111111111111:certificate-authority/0000'],
    inventory: INVENTORY_SOURCES,
    truststores: ['arn:aws:s3:::corp-example-trust/partners.pem'],
    vantages: { prod: { vpc: new Vpc(stack, 'Vpc') as IVpc } },
    registry: {
      version: 1,
      identities: { checkout: { secret: 'a' }, old: { secret: 'b', fault: 'expired', like: 'checkout' } },
      vantages: { prod: {} },
      endpoints: [{ name: 'payments', url, admits: ['checkout'], refuses: [], from: ['prod'] }],
    },
  });
  return Template.fromStack(stack);
};

describe('docs/library.md', () => {
  test('shows the example as it is, and the example deploys what it says', () => {
    expect(page).toContain(`\`\`\`ts\n// library-stack.ts\n${textOf('docs/examples/library-stack.ts')}\`\`\``);
    const stack = made();
    const template = Template.fromStack(stack);
    const text = readFileSync(join(folder, 'out', `asset.${keyOf(template)}`), 'utf8');
    const { endpoints } = JSON.parse(JSON.parse(text).text);
    expect(endpoints.map(({ url }: { url: string }) => url)).toEqual([
      'https://payments.corp.example:8443/healthz',
      'https://known-at-deployment-1/healthz',
    ]);
    // The only warning is the one on the imported topic, which the page explains.
    const warnings = Annotations.fromStack(stack)
      .findWarning('*', Match.anyValue())
      .map(({ entry }) => String(entry.data))
      .filter((each) => !each.includes('@aws-cdk/'));
    expect(warnings).toEqual([expect.stringContaining('AlarmsMayPublish')]);
  });

  test('names every property and every member', () => {
    const known = textOf('infra/checked-props.ts').match(/^ {2}(\w+): true,$/gm) ?? [];
    const props = known.map((line) => line.trim().split(':')[0]);
    expect(props.length).toBeGreaterThan(15);
    const monitor = made().node.findChild('Mtls');
    const members = [...Object.keys(monitor), ...Object.getOwnPropertyNames(MtlsMonitor.prototype)];
    const own = members.filter((name) => !['constructor', 'node'].includes(name));
    expect(own).toEqual(expect.arrayContaining(['planFunction', 'metric', 'logGroups']));
    expect([...props, ...own].filter((name) => !new RegExp(`\`${name}[\`(]`).test(page))).toEqual([]);
  });

  test('names what a table needs, every warning of the user’s things, and every builder', () => {
    expect(page).toContain(STATE_TABLE_FORM);
    const ids = textOf('infra/given-storage.ts').match(/mtls-monitor:\w+/g) ?? [];
    expect(ids).toHaveLength(3);
    for (const id of [...ids, 'mtls-monitor:topicKeyPolicy']) expect(page).toContain(id);
    const builders = textOf('infra/built-endpoints.ts').match(/(?<=export const )\w+/g) ?? [];
    for (const builder of builders) expect(page).toContain(`\`${builder}(`);
  });

  test('its permissions boundary allows every action that a role of the monitor has', () => {
    const [, json = ''] = /```json\n(\{\n {2}"Version"[\s\S]*?)```/.exec(page) ?? [];
    const [statement] = JSON.parse(json).Statement as readonly { readonly Action: readonly string[] }[];
    const allowed = (action: string) =>
      statement!.Action.some((each) => {
        // Actions have no case (IAM User Guide, "Action").
        const [own, asked] = [each.toLowerCase(), action.toLowerCase()];
        return own.endsWith('*') ? asked.startsWith(own.slice(0, -1)) : own === asked;
      });
    const statements = Object.values(everything().findResources('AWS::IAM::Policy')).flatMap(
      ({ Properties }) => Properties['PolicyDocument'].Statement as readonly { Action: string | string[] }[],
    );
    const granted = new Set(statements.flatMap(({ Action }) => Action));
    for (const action of ['acm-pca:IssueCertificate', 'ec2:DescribeSubnets', 'kms:ReEncryptTo'])
      expect([...granted]).toContain(action);
    expect([...granted].filter((action) => !allowed(action))).toEqual([]);
    expect(allowed('iam:PassRole')).toBe(false);
  });
});

const keyOf = (template: Template): string => {
  const functions = Object.values(template.findResources('AWS::Lambda::Function'));
  const keys = functions.map(({ Properties }) => Properties['Environment']?.Variables.REGISTRY_KEY);
  return keys.find((key) => key !== undefined);
};
