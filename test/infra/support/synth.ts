/** A synthesised stack, and what its roles may do, as text that a test can read. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack, type StackProps, type Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { MonitorStack, type MonitorStackProps } from '../../../infra/index.ts';
import { registryFile, temporaryFolder } from './registry.ts';

const { context } = JSON.parse(readFileSync(join(import.meta.dirname, '../../../cdk.json'), 'utf8'));

/** The functions are not bundled: that is what `cdk synth` and the deployed tests are for. */
export const newApp = (): App =>
  new App({ outdir: temporaryFolder(), context: { ...context, 'aws:cdk:bundling-stacks': [] } });

/** A stack of the user's, to put the construct into. */
export const ownStack = (app = newApp(), props: StackProps = {}): Stack => new Stack(app, 'Own', props);

export const stackOf = (scope: Stage, props: Partial<MonitorStackProps> = {}): MonitorStack =>
  new MonitorStack(scope, 'MtlsMonitor', { registry: registryFile(), ...props });

export const synth = (props: Partial<MonitorStackProps> = {}): Template => Template.fromStack(stackOf(newApp(), props));

type Json = { readonly [name: string]: unknown };
export type Statement = {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions: Json;
};

/** `{ "Fn::GetAtt": ["A", "Arn"] }` → `<A.Arn>`, joined to what is around it. */
export const spelled = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return String(value);
  const [[name, argument] = []] = Object.entries(value);
  if (name === 'Ref') return `<${String(argument)}>`;
  if (name === 'Fn::GetAtt') return `<${(argument as string[]).join('.')}>`;
  if (name === 'Fn::Join') return (argument as [string, unknown[]])[1].map(spelled).join((argument as [string])[0]);
  return JSON.stringify(value);
};
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

const statementsIn = (document: unknown): readonly Statement[] =>
  list((document as Json)['Statement']).map((each) => {
    const { Action, Resource, Condition = {} } = each as Json;
    return { actions: list(Action).map(String), resources: list(Resource).map(spelled), conditions: Condition as Json };
  });

/** Every allowed statement of the role whose logical id begins so, in inline and managed policies. */
export const statementsOf = (template: Template, rolePrefix: string): readonly Statement[] =>
  ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy']
    .flatMap((type) => Object.values(template.findResources(type)))
    .filter(({ Properties }) => list(Properties.Roles).some((role) => spelled(role).startsWith(`<${rolePrefix}`)))
    .flatMap(({ Properties }) => statementsIn(Properties.PolicyDocument));

/** What the role may do, as `action resource`, the conditions left out. Of a logical id the hash is cut; that of an asset may end in digits too, and stays. */
export const permissions = (template: Template, rolePrefix: string): readonly string[] =>
  statementsOf(template, rolePrefix)
    .flatMap(({ actions, resources }) =>
      actions.flatMap((action) =>
        resources.map((resource) => `${action} ${resource.replaceAll(/(<\w+?)[0-9A-F]{8}(?=[.>])/g, '$1')}`),
      ),
    )
    .sort();

export const properties = (template: Template, type: string): readonly Json[] =>
  Object.values(template.findResources(type)).map(({ Properties }) => Properties);
