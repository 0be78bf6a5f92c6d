/** docs/reference/registry.md, from the registry's JSON Schema: every field with its default. */
import { type JsonSchema, jsonSchema } from '../../shared/registry/json-schema.ts';

type Schema = Exclude<JsonSchema, boolean>;
export type Row = {
  readonly field: string;
  readonly type: string;
  /** Null where the field is required. */
  readonly fallback: string | null;
  readonly description: string;
};

export function registryPage(): string {
  const schema = jsonSchema('registry');
  const sections = Object.entries(schema.properties ?? {}).map(([name, section]) => {
    const [head, ...rows] = rowsOf(name, section as Schema, schema.required?.includes(name) ?? false);
    const table =
      rows.length === 0 ? [] : ['', '| field | value | default | |', '| --- | --- | --- | --- |', ...rows.map(line)];
    const fallback = head?.fallback ? ` Default: ${head.fallback}.` : '';
    return [`## ${name}`, '', `${head?.description}${fallback}`, ...table].join('\n');
  });
  const intro = [
    '# The registry',
    '',
    `${schema.description} YAML; [an example](registry.example.yaml) and [the JSON Schema](registry.schema.json) stand beside this page.`,
    'Keys at the top that begin with `x-` hold anchors.',
    'Made from the schema by `npm run reference`: change it there.',
  ];
  return `${[intro.join('\n'), ...sections].join('\n\n')}\n`;
}

/** The field itself, then all that stands in it. */
export function rowsOf(field: string, schema: Schema, required: boolean): readonly Row[] {
  const { description = '', default: given } = schema;
  const [text = '', stated] = description.split(/ ?Default: (.*)\.$/);
  const optional = given === undefined ? (stated ?? (typeOf(schema) === 'mapping' ? '' : 'none')) : String(given);
  return [
    { field, type: typeOf(schema), fallback: required ? null : optional, description: text },
    ...insideOf(field, schema),
  ];
}

function insideOf(field: string, schema: Schema): readonly Row[] {
  const alternatives = (schema.anyOf ?? []) as Schema[];
  const fields = Object.entries(schema.properties ?? {}).flatMap(([name, each]) =>
    rowsOf(`${field}.${name}`, each as Schema, schema.required?.includes(name) ?? false),
  );
  const rows = [
    ...fields,
    ...alternatives.flatMap((each) => insideOf(field, each).map(oneForm)),
    ...(typeof schema.additionalProperties === 'object'
      ? insideOf(`${field}.NAME`, schema.additionalProperties as Schema)
      : []),
    ...(typeof schema.items === 'object' ? insideOf(`${field}[]`, schema.items as Schema) : []),
  ];
  // What several alternatives share stands once.
  return rows.filter((row, at) => rows.findIndex((each) => each.field === row.field && each.type === row.type) === at);
}

/** Required in one form of several, which the others do without. */
const oneForm = (row: Row): Row => (row.fallback === null ? { ...row, fallback: 'in one of the forms' } : row);

function typeOf(schema: Schema): string {
  if (schema.anyOf !== undefined) return [...new Set((schema.anyOf as Schema[]).map(typeOf))].join(' or ');
  if (schema.const !== undefined) return `\`${schema.const}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(', ');
  if (schema.type === 'array') return `list of ${typeOf(schema.items as Schema)}`;
  if (schema.type === 'integer') return `whole number, ${schema.minimum} to ${schema.maximum}`;
  if (schema.type === 'number') return `number, ${schema.minimum} to ${schema.maximum}`;
  if (schema.type === 'object') return 'mapping';
  return schema.type === 'boolean' ? '`true` or `false`' : 'text';
}

const line = ({ field, type, fallback, description }: Row): string =>
  `| \`${field}\` | ${cell(type)} | ${fallback === null ? 'required' : cell(fallback)} | ${cell(description)} |`;
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
