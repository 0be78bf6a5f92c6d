/** What a synthesised stack deploys as its registry. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { properties, spelled } from './synth.ts';

type Environment = { readonly Variables: { readonly [name: string]: unknown } };
type Entry = { readonly [field: string]: unknown };

/** The endpoints in the deployed text, and the values of its places with references as `<Id.Attribute>`. */
export const deployedRegistry = (stack: Stack): { readonly endpoints: readonly Entry[]; readonly values: Entry } => {
  const template = Template.fromStack(stack);
  const functions = properties(template, 'AWS::Lambda::Function').flatMap(({ Environment }) =>
    Environment === undefined ? [] : [Environment as Environment],
  );
  const { REGISTRY_KEY, REGISTRY_VALUES } = functions.find(({ Variables }) => 'REGISTRY_KEY' in Variables)!.Variables;
  const { text } = JSON.parse(readFileSync(join((stack.node.root as App).outdir, `asset.${REGISTRY_KEY}`), 'utf8'));
  const values = REGISTRY_VALUES === undefined ? {} : JSON.parse(spelled(REGISTRY_VALUES));
  return { endpoints: text.startsWith('{') ? JSON.parse(text).endpoints : text, values };
};
