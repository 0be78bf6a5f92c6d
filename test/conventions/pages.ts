/** The reference pages that are tables of a catalogue: the program prints the same words. */
import { CAUSES } from '../../shared/model/names.ts';
import { METRICS, NAMESPACE } from '../../shared/publish/metric-catalogue.ts';
import { SCENARIOS } from '../../shared/scenario/catalogue.ts';
import { CAUSE_TEXTS } from '../../shared/verdict/explain/cause-texts.ts';
import { CODES, explain } from '../../shared/verdict/explain/codes.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');
const bullets = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join('\n');

export const scenariosPage = (): string => `# Scenarios

What each connection presents, and what must follow. Made from the catalogue by \`npm run reference\`.

${table(
  ['scenario', 'presents', 'must follow', 'suite', 'why'],
  SCENARIOS.map(({ name, presents, expects, suite, always, citation }) => [
    `\`${name}\``,
    presents,
    expects.replace('-', ' '),
    always ? 'all' : suite,
    citation,
  ]),
)}
`;

export const findingsPage = (): string => `# Codes and causes

What a check's code means, what causes it and what cures it: \`mtls-monitor explain CODE\` prints the same. Made from the catalogue by \`npm run reference\`.

## Codes

${CODES.map((code) => {
  const found = explain(code);
  if (found === undefined) throw new Error(`${code} has no explanation`);
  const { verdict, severity, meaning, causes, cures } = found;
  const lists = [
    causes.length === 0 ? '' : `Causes:\n\n${bullets(causes)}`,
    cures.length === 0 ? '' : `Cures:\n\n${bullets(cures)}`,
  ].filter((part) => part !== '');
  return [`### ${code}`, `${verdict}, severity ${severity}. ${meaning}`, ...lists].join('\n\n');
}).join('\n\n')}

## Causes

One root cause behind several checks of an endpoint. Text and notifications group by it; the checks keep their own verdicts and codes.

${table(
  ['cause', 'what', 'meaning', 'cure'],
  CAUSES.map((cause) => [
    `\`${cause}\``,
    CAUSE_TEXTS[cause].title,
    CAUSE_TEXTS[cause].meaning,
    CAUSE_TEXTS[cause].cure,
  ]),
)}
`;

export const metricsPage = (): string => `# Metrics

Namespace \`${NAMESPACE}\`. \`metrics\` (\`fleet\`, \`endpoint\` or \`check\`) bounds what is sent, and so what is paid for. Made from the catalogue by \`npm run reference\`.

${table(
  ['metric', 'unit', 'dimensions', 'from level', 'read it with', 'meaning'],
  Object.values(METRICS).map(({ name, unit, dimensions, level, statistic, description }) => [
    `\`${name}\``,
    unit,
    dimensions.map((set) => (set.length === 0 ? 'none' : set.join(', '))).join('; '),
    level,
    statistic,
    description,
  ]),
)}
`;
