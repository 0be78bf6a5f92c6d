/** The reference pages that are tables of a catalogue: the program prints the same words. */
import { endpointStanding, standingKey } from '../../shared/model/endpoint-standing.ts';
import { METRICS, NAMESPACE } from '../../shared/publish/metric-catalogue.ts';
import { openMetricsName } from '../../shared/publish/openmetrics-name.ts';
import { SCENARIOS } from '../../shared/scenario/catalogue.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');

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

export const metricsPage = (): string => `# Metrics

Namespace \`${NAMESPACE}\`. Made from the catalogue by \`npm run reference\`.

CloudWatch charges a metric for the hours in which it is sent. \`metrics\` in the registry (or \`-c metrics=\`) bounds what is sent:

- \`fleet\`: sums of each run.
- \`sparse\`, the default: also an endpoint’s metrics while it is not as it should be or its end comes near (the column “sparse”), and one value that says that this is over.
- \`endpoint\`: all metrics of each endpoint in each run.
- \`check\`: also one metric for each check.

At \`sparse\`, no data of an endpoint’s metric means that its last value was not unusual, provided that runs complete: the alarms on \`RunCompleted\` are raised if they do not.
An alarm on a metric of an endpoint has to treat missing data as \`notBreaching\`. CloudWatch evaluates the latest values of its evaluation range before it takes data for missing, so
the last value returns the alarm at once. \`monitor.endpointAlarm('EnforcementFailures', 'payments')\` of the construct makes such an alarm. What each endpoint last showed, also where nothing is wrong, is in [the state table](standings.md).

\`mtls-monitor check --openmetrics FILE\` writes those of one run as OpenMetrics text, as gauges with the labels \`endpoint\`, \`vantage\` and \`check\`, under the names of the last
column; milliseconds become seconds. \`EndpointsNotChecked\`, \`RunsSkipped\` and \`NotificationsPending\` are the deployment’s alone, and \`ProbeLatency\` is a summary.

${table(
  [
    'metric',
    'unit',
    'dimensions',
    'from level',
    'sparse: sent while',
    'read it with',
    'missing data',
    'meaning',
    'OpenMetrics',
  ],
  Object.values(METRICS).map(({ name, unit, dimensions, level, sparse, missing, statistic, description }) => [
    `\`${name}\``,
    unit,
    dimensions.map((set) => set.join(', ')).join('; '),
    level,
    sparse ?? (level === 'fleet' ? 'always' : 'never'),
    statistic,
    missing,
    description,
    `\`${openMetricsName(name)}\``,
  ]),
)}
`;

export const standingsPage = (): string => `# Standings in the state table

What each endpoint last showed, also where nothing is wrong: a dashboard reads it here, since a metric is charged for each hour in which it is sent.
Made from the schema by \`npm run reference\`.

One item for each vantage, schedule and suite holds the standings of all its endpoints; the report writes it at the end of each run. Its key (\`pk\`) is
\`${standingKey({ vantage: 'default', schedule: 'SCHEDULE', suite: 'enforcement' })}\`, and likewise for the other suites. \`item\` is JSON, \`{ key, parts, standings }\`: as text, or
above a kilobyte as binary, compressed with DEFLATE (RFC 1951, without a header). Above a thousand endpoints there are several items: \`parts\` of the first says how many,
and the keys of the others end in \`/1\`, \`/2\` and so on; an endpoint that is in two of them is read from the one with the later \`startedAt\`. An item expires seven days after its last write.

${table(
  ['field of a standing', 'meaning'],
  Object.entries(endpointStanding.shape).map(([name, field]) => [`\`${name}\``, field.meta()?.description ?? '']),
)}

\`figures\` has the names and values of [the endpoint’s metrics](metrics.md); \`ProbeLatency\` is \`{ count, sum, min, max }\`.
`;
