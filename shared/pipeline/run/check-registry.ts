/** Checks a whole registry in this process, for `mtls-monitor check`. */
import type { Suite } from '../../model/names.ts';
import type { Endpoint, Registry } from '../../model/registry.ts';
import type { CheckResult, NotCovered, PartStore, Report, ReportInParts, ReportPart } from '../../model/report.ts';
import { runbookLink } from '../../model/runbook.ts';
import type { Instant } from '../../model/time.ts';
import { bundlesOfIdentities } from '../../plan/identity-bundles.ts';
import { REPORT_SCHEMA, reportTally, wholeReport } from '../../verdict/make-report.ts';
import { readTrustBundles } from '../load/trust-bundles.ts';
import { sweepEndpoints } from './check-endpoints.ts';
import type { CheckPorts } from './checked.ts';

export type CheckRegistryOptions = {
  readonly suites: readonly Suite[];
  /** Names of endpoints; null for all. */
  readonly endpoints: readonly string[] | null;
  readonly runId: string;
  readonly vantage: string;
  readonly startedAt: Instant;
};

/**
 * Checks a registry and keeps nothing of an endpoint but what `parts` keeps: the report's parts are the endpoints', in the registry's order, and last the
 * identities'.
 */
export const checkInParts = async (
  registry: Registry,
  options: CheckRegistryOptions,
  ports: CheckPorts,
  parts: PartStore,
): Promise<ReportInParts> => {
  const { startedAt, vantage, runId } = options;
  const wanted = options.endpoints === null ? null : new Set(options.endpoints);
  const endpoints = registry.endpoints.filter(({ name }) => wanted?.has(name) ?? true);
  const health =
    endpoints.length === registry.endpoints.length ? Object.keys(registry.identities) : usedBy(endpoints, registry);
  const tally = reportTally();
  const keep = (index: number, part: ReportPart, notCovered: readonly NotCovered[]): void => {
    tally.add(index, part.checks, notCovered);
    parts.keep(index, part);
  };
  const { checks, dates } = await sweepEndpoints(
    {
      endpoints,
      identities: registry.identities,
      trustBundles: await readTrustBundles(registry.trustBundles, ports.readFile),
      suites: options.suites,
      health,
      healthBundles: bundlesOfIdentities(registry.endpoints, registry.identities),
      defaults: { expiry: registry.expiry },
      ...(registry.monitor.addresses !== undefined && { addresses: registry.monitor.addresses }),
      vantage,
      run: { startedAt },
    },
    ports,
    (index, { results, servedChains, notCovered }) => {
      const endpoint = endpoints[index];
      const { runbook = registry.monitor.runbook } = endpoint ?? {};
      keep(index, { checks: linked(results, runbook), servedChains, about: factsOf(endpoint) }, notCovered);
    },
  );
  keep(endpoints.length, { checks: linked(checks, registry.monitor.runbook), servedChains: [], dates }, []);
  const iso = (instant: Instant) => new Date(instant).toISOString();
  return {
    schema: REPORT_SCHEMA,
    run: {
      ...{ id: runId, startedAt: iso(startedAt), finishedAt: iso(ports.clock()), vantage },
      complete: tally.complete(),
      suites: [...options.suites],
      leftOut: registry.endpoints.length - endpoints.length,
    },
    summary: tally.summary(endpoints.length),
    count: endpoints.length + 1,
    part: parts.part,
  };
};

const factsOf = (endpoint: Endpoint | undefined): ReportPart['about'] =>
  endpoint === undefined
    ? undefined
    : {
        ...{ name: endpoint.name, url: endpoint.url, owner: endpoint.owner },
        skipped: endpoint.skip.map(({ scenario }) => scenario),
      };

const linked = (checks: readonly CheckResult[], base: string | undefined): readonly CheckResult[] =>
  base === undefined
    ? checks
    : checks.map((check) =>
        check.verdict === 'pass' ? check : { ...check, runbook: runbookLink(base, check.cause ?? check.code) },
      );

/** Checks a registry whose whole report fits into memory. */
export const checkRegistry = async (
  registry: Registry,
  options: CheckRegistryOptions,
  ports: CheckPorts,
): Promise<Report> => wholeReport(await checkInParts(registry, options, ports, partsInMemory()));

const partsInMemory = (): PartStore => {
  const parts: ReportPart[] = [];
  return {
    keep: (index, part) => {
      parts[index] = part;
    },
    part: (index) => parts[index] ?? { checks: [], servedChains: [] },
  };
};

/** Identities that a check of single endpoints uses: those that these endpoints name, and all with a fault. */
const usedBy = (endpoints: Registry['endpoints'], { identities }: Registry): readonly string[] => {
  const named = new Set(endpoints.flatMap(({ admits, refuses }) => [...admits, ...refuses]));
  return Object.values(identities).flatMap(({ name, fault }) => (fault !== null || named.has(name) ? [name] : []));
};
