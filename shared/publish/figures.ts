/** Results of one endpoint's run → its figures, and which of them are unusual. */
import type { EndpointStanding, Figures } from '../model/endpoint-standing.ts';
import type { Code, EndpointMetric, Suite, Verdict } from '../model/names.ts';
import type { CheckResult, ServedChain } from '../model/report.ts';
import type { Instant, Milliseconds } from '../model/time.ts';
import { familyOf, scenarioNamed } from '../scenario/catalogue.ts';

export type EndpointRun = {
  readonly endpoint: string;
  readonly vantage: string;
  readonly schedule: string;
  readonly run: { readonly id: string; readonly startedAt: Instant };
  /** Suites of the run: a count of a suite that did not run would read as 0. */
  readonly suites: readonly Suite[];
  /** Of this endpoint, from this vantage. */
  readonly checks: readonly CheckResult[];
  readonly servedChains: readonly ServedChain[];
  /** Null if it was not measured. */
  readonly durationMs: Milliseconds | null;
};

/** Returns the values of the endpoint's metrics. A metric that this run did not measure is left out. */
export const figuresOf = ({
  suites,
  checks: all,
  servedChains,
}: Pick<EndpointRun, 'suites' | 'checks' | 'servedChains'>): Figures => {
  // What a configuration says is no figure of the endpoint: what the wire shows of it is counted already.
  const checks = all.filter(({ scenario }) => familyOf(scenario) !== 'configuration');
  const failures = (suite: Suite) =>
    suites.includes(suite) ? count(checks, (check) => check.verdict === 'fail' && suiteOf(check) === suite) : null;
  const measured: Readonly<Record<EndpointMetric, Figures[EndpointMetric] | null>> = {
    ControlAccepted: controlAccepted(checks),
    EnforcementFailures: failures('enforcement'),
    IsolationFailures: failures('isolation'),
    Inconclusive: count(checks, ({ verdict }) => verdict === 'inconclusive'),
    DaysToExpiry: least(servedChains.map(({ daysToExpiry }) => daysToExpiry)),
    ProbeLatency: latency(checks),
  };
  return Object.fromEntries(Object.entries(measured).filter(([, value]) => value !== null));
};

/** Returns the endpoint's standing in each suite of the run. The failures of one suite are no figure of another. */
export const standingsOf = (run: EndpointRun): readonly EndpointStanding[] =>
  run.suites.map((suite) => {
    const figures = Object.fromEntries(
      Object.entries(figuresOf(run)).filter(([name]) => (SUITE_OF[name as EndpointMetric] ?? suite) === suite),
    ) as Figures;
    const verdicts = run.checks.filter((check) => suiteOf(check) === suite).map(({ verdict }) => verdict);
    const times = (wanted: Verdict) => verdicts.filter((verdict) => verdict === wanted).length;
    return {
      ...{ endpoint: run.endpoint, vantage: run.vantage, schedule: run.schedule, suite },
      ...{ runId: run.run.id, startedAt: run.run.startedAt, durationMs: run.durationMs },
      verdicts: {
        pass: times('pass'),
        fail: times('fail'),
        inconclusive: times('inconclusive'),
        waived: times('waived'),
      },
      figures,
      unusual: unusualOf(figures, run.servedChains),
    };
  });

const SUITE_OF: Partial<Readonly<Record<EndpointMetric, Suite>>> = {
  EnforcementFailures: 'enforcement',
  IsolationFailures: 'isolation',
};

/** The end is inside the registry's threshold (`expiry.warn`), or past. */
const ENDS: readonly Code[] = ['SERVED_CHAIN_EXPIRES_SOON', 'SERVED_CHAIN_EXPIRED'];

/** The metric catalogue states the same in words (`sparse`). A latency is never unusual: no threshold says what is slow. */
const unusualOf = (figures: Figures, chains: readonly ServedChain[]): EndpointStanding['unusual'] => {
  const {
    ControlAccepted = 1,
    EnforcementFailures = 0,
    IsolationFailures = 0,
    Inconclusive = 0,
    DaysToExpiry,
  } = figures;
  const ends = chains.some(({ problems }) => problems.some(({ code }) => ENDS.includes(code)));
  const unusual: Readonly<Record<EndpointMetric, boolean>> = {
    ControlAccepted: ControlAccepted !== 1,
    EnforcementFailures: EnforcementFailures !== 0,
    IsolationFailures: IsolationFailures !== 0,
    Inconclusive: Inconclusive !== 0,
    DaysToExpiry: DaysToExpiry !== undefined && (ends || Number(DaysToExpiry) <= 0),
    ProbeLatency: false,
  };
  return (Object.keys(unusual) as EndpointMetric[]).filter((name) => unusual[name]);
};

const suiteOf = ({ scenario }: CheckResult): Suite => scenarioNamed(scenario).suite;

const count = (checks: readonly CheckResult[], counted: (check: CheckResult) => boolean): number =>
  checks.filter(counted).length;

const least = (values: readonly number[]): number | null => (values.length === 0 ? null : Math.min(...values));

/** Null if no control was probed: a `NOT_RUN` or waived control is left out. */
const controlAccepted = (checks: readonly CheckResult[]): number | null =>
  least(
    checks
      .filter(
        ({ scenario, verdict, code }) => familyOf(scenario) === 'control' && verdict !== 'waived' && code !== 'NOT_RUN',
      )
      .map(({ verdict }) => (verdict === 'pass' ? 1 : 0)),
  );

/** Takes each connection of its own once: the control's connection is in the evidence of every check that it brackets. */
const latency = (checks: readonly CheckResult[]): Figures['ProbeLatency'] | null => {
  const seen = new Map(
    checks.flatMap(({ evidence }) =>
      evidence.map((observation) => [JSON.stringify(observation), observation] as const),
    ),
  );
  const times = [...seen.values()]
    .filter(
      ({ ended, sharedFrom }) =>
        sharedFrom === undefined && !['unusable', 'unread', 'address-refused'].includes(ended.kind),
    )
    .map(({ durationMs }) => durationMs);
  if (times.length === 0) return null;
  return {
    count: times.length,
    sum: times.reduce((sum, ms) => sum + ms, 0),
    min: Math.min(...times),
    max: Math.max(...times),
  };
};
