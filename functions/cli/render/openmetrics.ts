/** Renders a report as OpenMetrics 1.0 text, for those who scrape: one family for each metric of the catalogue that a report can tell. */
import { ENDPOINT_METRICS, type Suite } from '../../../shared/model/names.ts';
import type { CheckResult, ReportInParts, ReportPart } from '../../../shared/model/report.ts';
import { figuresOf } from '../../../shared/publish/figures.ts';
import { METRICS, type MetricName } from '../../../shared/publish/metric-catalogue.ts';
import { openMetricsName } from '../../../shared/publish/openmetrics-name.ts';
import { addTo, EMPTY_TALLY, type Tally } from '../../../shared/publish/tally.ts';
import { printable } from '../../../shared/publish/text.ts';
import { SCENARIOS } from '../../../shared/scenario/catalogue.ts';
import { partsOf } from '../../../shared/verdict/make-report.ts';

type Figure = number | { readonly count: number; readonly sum: number };
type Labels = Readonly<Record<string, string>>;
type Sample = { readonly labels: Labels; readonly value: Figure };

/** OpenMetrics 1.0, "Escaping": a backslash, a quote and a line end; no other character is one. */
const escaped = (text: string): string => printable(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"');

const labelsText = (labels: Labels): string => {
  const all = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return all.length === 0 ? '' : `{${all.join(',')}}`;
};

/** Milliseconds become seconds, the base unit. */
const valueText = (name: MetricName, value: number): string =>
  String(METRICS[name].unit === 'Milliseconds' ? value / 1000 : value);

const sampleText = (name: MetricName, { labels, value }: Sample): string => {
  const [family, own] = [openMetricsName(name), labelsText(labels)];
  if (typeof value === 'number') return `${family}${own} ${valueText(name, value)}\n`;
  return `${family}_count${own} ${value.count}\n${family}_sum${own} ${valueText(name, value.sum)}\n`;
};

const headOf = (name: MetricName): string => {
  const family = openMetricsName(name);
  const type = name === 'ProbeLatency' ? 'summary' : 'gauge';
  const unit = METRICS[name].unit === 'Milliseconds' ? `# UNIT ${family} seconds\n` : '';
  return `# TYPE ${family} ${type}\n${unit}# HELP ${family} ${escaped(METRICS[name].description)}\n`;
};

/** Nothing for a family without a sample. */
function* family(name: MetricName, samples: Iterable<Sample>): Generator<string> {
  let head = headOf(name);
  for (const sample of samples) {
    yield head + sampleText(name, sample);
    head = '';
  }
}

const ALWAYS = new Set(SCENARIOS.filter(({ always }) => always).map(({ name }) => name));
const SUITE_OF = new Map(SCENARIOS.map(({ name, suite }) => [name, suite]));

/** The suites that a run asked: a scenario that runs in every suite tells nothing of it. */
const suitesIn = (report: ReportInParts): readonly Suite[] => {
  const asked = new Set<Suite>();
  for (const { checks } of partsOf(report))
    for (const { scenario } of checks) {
      const suite = SUITE_OF.get(scenario);
      if (suite !== undefined && !ALWAYS.has(scenario)) asked.add(suite);
    }
  return [...asked];
};

type Measured = { readonly labels: Labels; readonly figures: ReturnType<typeof figuresOf> };

/** Of each endpoint from each vantage; nothing of the identities. */
const measuredIn = ({ checks, servedChains }: ReportPart, suites: readonly Suite[]): readonly Measured[] =>
  [...Map.groupBy(checks, ({ vantage }) => vantage)].flatMap(([vantage, own]) => {
    const endpoint = own[0]?.endpoint ?? null;
    if (endpoint === null) return [];
    return [{ labels: { endpoint, vantage }, figures: figuresOf({ suites, checks: own, servedChains }) }];
  });

const labelsOf = ({ endpoint, vantage, id }: CheckResult): Labels => ({
  ...(endpoint !== null && { endpoint }),
  ...{ vantage, check: id },
});

function* decided(report: ReportInParts): Generator<Sample> {
  for (const { checks } of partsOf(report))
    for (const check of checks)
      if (check.verdict !== 'inconclusive') yield { labels: labelsOf(check), value: check.verdict === 'fail' ? 1 : 0 };
}

const fleet = ({ run }: ReportInParts, tally: Tally): readonly (readonly [MetricName, number | null])[] => [
  ['EndpointsChecked', tally.endpoints],
  ['ChecksFailed', tally.failed],
  ['ChecksInconclusive', tally.inconclusive],
  ['MinDaysToExpiry', tally.minDaysToExpiry],
  ['RunDuration', Date.parse(run.finishedAt) - Date.parse(run.startedAt)],
  ['RunCompleted', run.complete ? 1 : 0],
];

/** `mtls_monitor_checks_failed` and its like: names, units and meanings are those of docs/reference/metrics.md. The text ends with `# EOF`. */
export function* renderOpenMetrics(report: ReportInParts): Generator<string> {
  const suites = suitesIn(report);
  const endpoints: Measured[] = [];
  let tally = EMPTY_TALLY;
  for (const part of partsOf(report)) {
    tally = addTo(tally, part);
    endpoints.push(...measuredIn(part, suites));
  }
  for (const [name, value] of fleet(report, tally)) yield* family(name, value === null ? [] : [{ labels: {}, value }]);
  for (const name of ENDPOINT_METRICS)
    yield* family(
      name,
      endpoints.flatMap(({ labels, figures: { [name]: value } }) => (value === undefined ? [] : [{ labels, value }])),
    );
  yield* family('CheckFailed', decided(report));
  yield '# EOF';
}
