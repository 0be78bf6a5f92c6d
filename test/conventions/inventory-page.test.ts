/** docs/inventory.md: its manifest is YAML that Kubernetes would take as it stands, its policy narrow, and it names all that can be read. */

import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { INVENTORY_SOURCES } from '../../infra/inventory-props.ts';
import { sourceOfExport } from '../../shared/model/inventory.ts';
import { textOf } from './support/sources.ts';

const page = textOf('docs/inventory.md');
const block = (language: string): string => new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(page)?.[1] ?? '';

type Rule = { readonly resources: readonly string[]; readonly verbs: readonly string[] };
type Manifest = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly rules?: readonly Rule[];
  readonly roleRef?: { readonly name: string };
  readonly subjects?: readonly { readonly name: string; readonly namespace: string }[];
  readonly spec?: { readonly jobTemplate: { readonly spec: { readonly template: { readonly spec: Pod } } } };
};
type Pod = {
  readonly serviceAccountName: string;
  readonly containers: readonly [
    { readonly args: readonly [string]; readonly env: readonly { readonly name: string; readonly value: string }[] },
  ];
};

const manifest = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].find(([, text]) => text?.includes('CronJob'))?.[1] ?? '';
const documents = parseAllDocuments(manifest);
const manifests = documents.map((each) => each.toJS() as Manifest);
const ofKind = (kind: string): Manifest => {
  const found = manifests.find((each) => each.kind === kind);
  if (found === undefined) throw new Error(`no ${kind}`);
  return found;
};

test('the manifest is YAML, and its objects fit together', () => {
  expect(documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([]);
  expect(manifests.map(({ kind }) => kind)).toEqual([
    'Namespace',
    'ServiceAccount',
    'ClusterRole',
    'ClusterRoleBinding',
    'CronJob',
  ]);
  const { name, namespace } = ofKind('ServiceAccount').metadata;
  expect(ofKind('ClusterRoleBinding')).toMatchObject({
    roleRef: { name: ofKind('ClusterRole').metadata.name },
    subjects: [{ name, namespace }],
  });
  expect(ofKind('CronJob').spec?.jobTemplate.spec.template.spec.serviceAccountName).toBe(name);
});

test('it may list what it exports, and no Secret; its exports are a source', () => {
  const rules = ofKind('ClusterRole').rules ?? [];
  expect(new Set(rules.flatMap(({ verbs }) => verbs))).toEqual(new Set(['list']));
  const listed = rules.flatMap(({ resources }) => resources);
  expect(listed).not.toContain('secrets');
  const pod = ofKind('CronJob').spec?.jobTemplate.spec.template.spec;
  const [{ args, env }] = pod?.containers ?? [{ args: [''], env: [] }];
  const asked = [...args[0].matchAll(/export_all (\S+) \S+$/gm)].flatMap(([, names = '']) =>
    names.split(',').map((each) => each.split('.')[0]),
  );
  expect(asked.toSorted()).toEqual(listed.toSorted());
  const prefix = env[0]?.value.replace('s3://RUN-BUCKET/', '') ?? '';
  expect(sourceOfExport(`${prefix}/services.json`)).toBe('prod');
  expect(JSON.parse(block('json')).Statement[0]).toEqual({
    Effect: 'Allow',
    Action: 's3:PutObject',
    Resource: `arn:aws:s3:::RUN-BUCKET/${prefix}/*`,
  });
});

test('it names every source of the inventory', () => {
  for (const source of INVENTORY_SOURCES) expect(page).toContain(`| \`${source}\` |`);
});
