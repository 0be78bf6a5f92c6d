/** A construct of this app as its template will have it, with what was overridden; and an ARN as cdk-nag spells it. */
import { CfnResource, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

export type Rendered = { readonly [name: string]: unknown };

/** Returns the properties that the template has of the construct so far, or null for an imported one, which no template has. */
export const renderedProperties = (construct: IConstruct): Rendered | null => {
  const resource = construct.node.defaultChild;
  if (!(resource instanceof CfnResource)) return null;
  const { Resources = {} } = Stack.of(construct).resolve(resource._toCloudFormation());
  const [{ Properties = {} } = {}] = Object.values(Resources) as { readonly Properties?: Rendered }[];
  return Properties;
};

/** Returns the text as cdk-nag spells it in a finding: `<Id.Arn>` for an attribute, `<AWS::Region>` for a reference. */
export const inFindings = (scope: IConstruct, value: string): string => flat(Stack.of(scope).resolve(value));

const flat = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return String(value);
  const [[name, argument] = []] = Object.entries(value);
  if (name === 'Ref') return `<${String(argument)}>`;
  if (name === 'Fn::GetAtt') return `<${(argument as string[]).join('.')}>`;
  if (name === 'Fn::Join') return (argument as [string, unknown[]])[1].map(flat).join((argument as [string])[0]);
  return JSON.stringify(value);
};
