import Table from 'cli-table3';
import pc from 'picocolors';
import type { Check } from '../../../shared/model/check.ts';
import {
  DEFAULT_METRICS,
  METRIC_LEVELS,
  type MetricLevel,
  type ScenarioName,
  SUITES,
} from '../../../shared/model/names.ts';
import { DEFAULT_VANTAGE, type Endpoint, type Registry } from '../../../shared/model/registry.ts';
import { MINUTE } from '../../../shared/model/time.ts';
import { assumptions } from '../../../shared/plan/assumptions.ts';
import { costOf } from '../../../shared/plan/cost-input.ts';
import type { CostLine } from '../../../shared/plan/cost-types.ts';
import { UNUSUAL } from '../../../shared/plan/metric-cost.ts';
import { overBudget } from '../../../shared/plan/monthly-budget.ts';
import { identityCheck, planEndpoint, sourceCheck } from '../../../shared/plan/plan.ts';
import { usedVantages } from '../../../shared/plan/vantages.ts';
import { scenarioNamed } from '../../../shared/scenario/catalogue.ts';
import { identityHealth } from '../../../shared/scenario/identity-health.ts';
import { sourceHealth } from '../../../shared/scenario/source-health.ts';
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

const suiteCells = (endpoint: Endpoint, registry: Registry): readonly string[] =>
  SUITES.map((suite) => {
    const { checks } = planEndpoint(endpoint, registry.identities, [suite]);
    const every = registry.schedules[endpoint.schedule]?.[suite];
    return `${checks.length}${every === undefined ? '' : pc.dim(` every ${interval(every)}`)}`;
  });

type Line = { readonly name: string; readonly cells: readonly string[] };

const endpointLines = (registry: Registry): readonly Line[] =>
  byVantage(registry).map(([endpoint, vantage]) => ({
    name: endpoint.name,
    cells: [...(namesVantages(registry) ? [vantage] : []), endpoint.schedule, ...suiteCells(endpoint, registry)],
  }));

/** Names of a line that several endpoints share. */
const NAMED = 3;

/** One line for all endpoints with the same cells. */
const sharedLines = (lines: readonly Line[]): readonly Line[] =>
  [...Map.groupBy(lines, ({ cells }) => cells.join('\n')).values()].flatMap((all) => {
    const [first] = all;
    const names = all.slice(0, NAMED).map(({ name }) => name);
    const more = all.length > NAMED ? ` and ${all.length - NAMED} more` : '';
    return first === undefined ? [] : [{ ...first, name: `${names.join(', ')}${more}` }];
  });

const endpointTable = (registry: Registry, isSummary: boolean): string => {
  const from = namesVantages(registry) ? ['from'] : [];
  const table = new Table({ head: ['endpoint', ...from, 'schedule', ...SUITES], style: BARE });
  const lines = endpointLines(registry);
  for (const { name, cells } of isSummary ? sharedLines(lines) : lines) table.push([name, ...cells]);
  return table.toString();
};

const allChecks = (registry: Registry): readonly { readonly check: Check; readonly from: string }[] =>
  byVantage(registry).flatMap(([endpoint, vantage]) => {
    const from = vantage === DEFAULT_VANTAGE ? '' : pc.dim(` from ${vantage}`);
    return planEndpoint(endpoint, registry.identities, SUITES).checks.map((check) => ({ check, from }));
  });

const condition = (scenario: ScenarioName): string => {
  const { onlyWhere } = scenarioNamed(scenario);
  return onlyWhere === undefined ? '' : pc.dim(` (only where ${onlyWhere})`);
};

/** Each check; those of the identities and sources themselves last. */
const checkLines = (registry: Registry): string =>
  [
    ...allChecks(registry).map(({ check, from }) => `  ${check.id}${from}${condition(check.scenario)}`),
    ...Object.keys(registry.identities).map((name) => `  ${identityCheck(name).id}`),
    ...Object.keys(registry.sources ?? {}).map((name) => `  ${sourceCheck(name).id}`),
  ].join('\n');

/** The number of checks of each scenario. */
const scenarioLines = (registry: Registry): string => {
  const groups = Map.groupBy(allChecks(registry), ({ check }) => check.scenario);
  const health = Object.keys(registry.identities).length;
  const counts = [...groups].map(([scenario, { length }]) => [scenario, length] as const);
  const sources = Object.keys(registry.sources ?? {}).length;
  const own = [[identityHealth.name, health] as const, ...(sources > 0 ? [[sourceHealth.name, sources] as const] : [])];
  return [...counts, ...own]
    .map(([scenario, length]) => `  ${String(length).padStart(7)} ${scenario}${condition(scenario)}`)
    .join('\n');
};

const addressLine = ({ monitor: { addresses } }: Registry): string => {
  if (addresses === undefined) return '';
  const allowed = addresses.allowAddresses.join(', ');
  return `${pc.bold('Addresses')}\n  denyPrivate: no connection goes to a private address${allowed === '' ? '' : `, but for ${allowed}`}.`;
};

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
const otherLevels = (registry: Registry, level: MetricLevel, secretKeys: boolean): string => {
  const at = (metrics: MetricLevel, unusual = UNUSUAL) => costOf(registry, metrics, { unusual, secretKeys }).total;
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

export type PlanOptions = {
  readonly metrics?: MetricLevel;
  /** Whether the deployment has `secretKeys`. */
  readonly secretKeys?: boolean;
  readonly summary?: boolean;
  readonly verbose?: boolean;
};

/** Endpoints, each once for each of its vantages, that are listed one by one. Where there are more, a summary is printed. */
const LISTED = 60;

const SUMMARY = 'Equal endpoints share a line, and checks are counted by scenario: --verbose lists each.';

/** Returns the checks that a registry would run, how often, and their monthly cost. Opens no connection. */
export const plan = async (file: string, options: PlanOptions = {}): Promise<Planned> => {
  const { secretKeys = false, summary = false, verbose = false } = options;
  const registry = await readRegistry(file);
  const metrics = options.metrics ?? registry.monitor.metrics ?? DEFAULT_METRICS;
  const { lines, total } = costOf(registry, metrics, { secretKeys });
  const isSummary = summary || (!verbose && byVantage(registry).length > LISTED);
  const parts = [
    `${pc.bold('Checks')}\n${isSummary ? scenarioLines(registry) : checkLines(registry)}`,
    endpointTable(registry, isSummary),
    isSummary ? SUMMARY : '',
    addressLine(registry),
    missingLines(registry),
    costTable(lines, total),
    otherLevels(registry, metrics, secretKeys),
    `${pc.bold('Assumptions')}\n${assumptions(registry)
      .map((each) => `  ${each}`)
      .join('\n')}`,
  ];
  return {
    text: parts.filter((part) => part !== '').join('\n\n'),
    refusal: overBudget(registry, metrics, { secretKeys }),
  };
};
