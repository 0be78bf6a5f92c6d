/** Entries as YAML. A foreign word stands in a scalar of one line that YAML reads back as it was, or in a comment without line ends. */
import { parse } from 'yaml';
import { printable } from '../claims/printable.ts';
import type { Entry, EntryField } from './entries.ts';
import type { Started } from './known.ts';

/** Plain where YAML reads the same text back, else in quotation marks (a JSON text is a scalar of YAML). */
const scalar = (text: string): string => {
  const isPlain = /^[A-Za-z0-9/][A-Za-z0-9_./:@-]*$/.test(text) && parse(text) === text;
  return isPlain ? text : JSON.stringify(text).replaceAll(/[\u007f-\uffff]/g, escaped);
};

const escaped = (letter: string): string => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
const flowList = (texts: readonly string[]): string => `[${texts.map(flowScalar).join(', ')}]`;
const flowScalar = (text: string): string => (/[:@]/.test(text) ? JSON.stringify(text) : scalar(text));

const comment = (text: string): string => `# ${printable(text, 600)}`;

/** Lines without indent, the first with its dash. */
const entryLines = ({ name, url, above, fields }: Entry): readonly string[] => [
  ...above.map(comment),
  `- name: ${scalar(name)}`,
  `  url: ${scalar(url)}`,
  ...fields.flatMap(fieldLines).map((line) => `  ${line}`),
];

const fieldLines = ({ name, value, decide }: EntryField): readonly string[] => {
  const said = decide === undefined ? '' : comment(`decide: ${decide}`);
  if (value === null) return [comment(`${name}: decide: ${decide ?? ''}`)];
  const end = said === '' ? '' : ` ${said}`;
  if (typeof value === 'string') return [`${name}: ${scalar(value)}${end}`];
  const texts = value.flatMap((each) => (typeof each === 'string' ? [each] : []));
  if (texts.length === value.length && name === 'admits') return [`${name}: ${flowList(texts)}${end}`];
  return [`${name}:${end}`, ...value.map((each) => `  - ${typeof each === 'string' ? scalar(each) : routeText(each)}`)];
};

const routeText = ({
  method,
  path,
  admits,
}: {
  readonly method: string;
  readonly path: string;
  readonly admits: readonly string[];
}): string => `{ method: ${scalar(method)}, path: ${JSON.stringify(path)}, admits: ${flowList(admits)} }`;

/** `indent`: spaces before each dash; `end`: the text’s line end. Ends with a line end. */
export const entriesText = (entries: readonly Entry[], indent: string, end: string): string =>
  entries
    .map((entry) =>
      entryLines(entry)
        .map((line) => `${indent}${line}${end}`)
        .join(''),
    )
    .join('');

/** A whole registry. */
export const starterText = (
  entries: readonly Entry[],
  { identities, trustBundles, trustBundle }: Started,
  from: readonly string[],
): string => {
  const [first] = identities.keys();
  const trusts = trustBundle === null ? '' : `, trustBundle: ${scalar(trustBundle)}`;
  return [
    comment(
      `Made from ${from.join(', ')} by mtls-monitor discover. Read each "decide", then: npx mtls-monitor check FILE`,
    ),
    'version: 1',
    '',
    '# decide: the test identities. At least one that each endpoint must accept; others must be refused everywhere.',
    'identities:',
    ...[...identities].map(
      ([name, { certificate, privateKey }]) =>
        `  ${scalar(name)}: { certificate: ${JSON.stringify(certificate)}, privateKey: ${JSON.stringify(privateKey)} }`,
    ),
    '',
    ...(trustBundles.size === 0
      ? ['# trustBundles: { corp: { file: pki/ca.pem } } # decide: the CAs of the servers’ own certificates', '']
      : [
          'trustBundles:',
          ...[...trustBundles].map(([name, { file }]) => `  ${scalar(name)}: { file: ${JSON.stringify(file)} }`),
          '',
        ]),
    `defaults: { admits: ${flowList(first === undefined ? [] : [first])}${trusts} } # decide: who is admitted where an endpoint does not say`,
    '',
    'endpoints:',
    entriesText(entries, '  ', '\n'),
  ].join('\n');
};
