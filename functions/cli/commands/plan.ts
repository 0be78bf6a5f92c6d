import Table from 'cli-table3';
import pc from 'picocolors';
import { DEFAULT_METRICS, METRIC_LEVELS, type MetricLevel, SUITES } from '../../../shared/model/names.ts';
import { DEFAULT_VANTAGE, type Endpoint, type Registry } from '../../../shared/model/registry.ts';
import { MINUTE } from '../../../shared/model/time.ts';
import { assumptions } from '../../../shared/plan/assumptions.ts';
import { costOf } from '../../../shared/plan/cost-input.ts';
import type { CostLine } from '../../../shared/plan/cost-types.ts';
import { UNUSUAL } from '../../../shared/plan/metric-cost.ts';
import { overBudget } from '../../../shared/plan/monthly-budget.ts';
import { planEndpoint } from '../../../shared/plan/plan.ts';
import { usedVantages } from '../../../shared/plan/vantages.ts';
import { readRegistry } from '../registry-file.ts';

const BARE = { head: [], border: [], compact: true };
const interval = (ms: number): string => (ms % (60 * MINUTE) === 0 ? `${ms / (60 * MINUTE)}h` : `${ms / MINUTE}m`);
const money = (dollars: number): string => `$${dollars.toFixed(2)}`;

/** The vantages are shown only where there is another one than the default. */
const namesVantages = ({ endpoints }: Registry): boolean =>
  usedVantages(endpoints).some((name) => name !== DEFAULT_VANTAGE);

/** Each endpoint once for each of its vantages. */
const byVantage = ({ endpoints }: Registry): readonly (readonly [Endpoint, string])[] =>
  endpoints.flatMap((endpoint) => endpoint.from.map((vantage) => [endpoint, vantage] as const));

const endpointRow = (endpoint: Endpoint, vantage: string, registry: Registry): string[] => [
  endpoint.name,
  ...(namesVantages(registry) ? [vantage] : []),
  endpoint.schedule,
  ...SUITES.map((suite) => {
    const { checks } = planEndpoint(endpoint, registry.identities, [suite]);
    const every = registry.schedules[endpoint.schedule]?.[suite];
    return `${checks.length}${every === undefined ? '' : pc.dim(` every ${interval(every)}`)}`;
  }),
];

const endpointTable = (registry: Registry): string => {
  const from = namesVantages(registry) ? ['from'] : [];
  const table = new Table({ head: ['endpoint', ...from, 'schedule', ...SUITES], style: BARE });
  for (const [endpoint, vantage] of byVantage(registry)) table.push(endpointRow(endpoint, vantage, registry));
  return table.toString();
};

const checkLines = (registry: Registry): string =>
  byVantage(registry)
    .flatMap(([endpoint, vantage]) => {
      const from = vantage === DEFAULT_VANTAGE ? '' : pc.dim(` from ${vantage}`);
      return planEndpoint(endpoint, registry.identities, SUITES).checks.map(({ id }) => `  ${id}${from}`);
    })
    .join('\n');

const missingLines = ({ endpoints, identities }: Registry): string => {
  const missing = endpoints.flatMap((endpoint) => planEndpoint(endpoint, identities, SUITES).notCovered);
  const lines = [...Map.groupBy(missing, ({ scenario, add }) => `${scenario}: add ${add}`)].map(
    ([text, all]) => `  ${text} (${all.length === 1 ? all[0]?.endpoint : `${all.length} endpoints`})`,
  );
  return lines.length === 0 ? '' : `${pc.bold('Not covered')}\n${lines.join('\n')}`;
};

const costTable = (lines: readonly CostLine[], total: number): string => {
  const table = new Table({
    head: ['a month on AWS', 'quantity', 'unit price', 'cost'],
    style: BARE,
    colAligns: ['left', 'right', 'right', 'right'],
  });
  for (const { what, quantity, unitPrice, dollars } of lines)
    table.push([
      what,
      quantity.toLocaleString('en', { maximumFractionDigits: 1 }),
      `$${unitPrice.toPrecision(3)}`,
      money(dollars),
    ]);
  table.push([pc.bold('sum'), '', '', pc.bold(money(total))]);
  return table.toString();
};

/** What the price of the level assumes, and what cheaper levels cost. */
const otherLevels = (registry: Registry, level: MetricLevel): string => {
  const at = (metrics: MetricLevel, unusual = UNUSUAL) => costOf(registry, metrics, { unusual }).total;
  const cheaper = METRIC_LEVELS.slice(0, METRIC_LEVELS.indexOf(level))
    .filter((each) => at(level) - at(each) >= 1)
    .map((each) => `with metrics: ${each} ${money(at(each))}`);
  const percent = UNUSUAL * 100;
  return [
    level === 'sparse'
      ? `With metrics: sparse an endpoint has metrics while it fails, is blind or ends soon. Assumed: ${percent} % of the endpoints at a time, two metrics each; with ${2 * percent} % it would be ${money(at(level, 2 * UNUSUAL))}.`
      : '',
    cheaper.length === 0 ? '' : `It would be ${cheaper.join(', ')}.`,
  ]
    .filter((line) => line !== '')
    .join('\n');
};

export type Planned = {
  readonly text: string;
  /** Why the registry exceeds its budget; null if it does not. */
  readonly refusal: string | null;
};

/** Returns the checks that a registry would run, how often, and their monthly cost. Opens no connection. */
export const plan = async (file: string, level: MetricLevel | undefined): Promise<Planned> => {
  const registry = await readRegistry(file);
  const metrics = level ?? registry.monitor.metrics ?? DEFAULT_METRICS;
  const { lines, total } = costOf(registry, metrics);
  const parts = [
    `${pc.bold('Checks')}\n${checkLines(registry)}`,
    endpointTable(registry),
    missingLines(registry),
    costTable(lines, total),
    otherLevels(registry, metrics),
    `${pc.bold('Assumptions')}\n${assumptions(registry)
      .map((each) => `  ${each}`)
      .join('\n')}`,
  ];
  return { text: parts.filter((part) => part !== '').join('\n\n'), refusal: overBudget(registry, metrics) };
};
