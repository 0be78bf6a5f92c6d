/** Checks a whole registry in this process, for `mtls-monitor check`. */
import type { HeldSources } from '../../model/configured.ts';
import type { Suite } from '../../model/names.ts';
import type { NotCovered } from '../../model/not-covered.ts';
import type { Registry } from '../../model/registry.ts';
import type { PartStore, Report, ReportInParts, ReportPart, WaiverNote } from '../../model/report.ts';
import { type Instant, iso } from '../../model/time.ts';
import type { GivenUrl } from '../../model/whereabouts.ts';
import { bundlesOfIdentities } from '../../plan/identity-bundles.ts';
import { REPORT_SCHEMA, reportTally, wholeReport } from '../../verdict/make-report.ts';
import { readTrustBundles } from '../load/trust-bundles.ts';
import { sweepEndpoints } from './check-endpoints.ts';
import type { CheckPorts } from './checked.ts';
import { linked, notesOf } from './registry-facts.ts';

export type CheckRegistryOptions = {
  readonly suites: readonly Suite[];
  /** Names of endpoints; null for all. */
  readonly endpoints: readonly string[] | null;
  readonly runId: string;
  readonly vantage: string;
  /** Its path, for the lines that reproduce its checks. Default: `registry.yaml`. */
  readonly registryFile?: string;
  /** In place of a file. Default: there is a registry. */
  readonly given?: GivenUrl;
  readonly startedAt: Instant;
  /** What the registry’s sources say. Default: nothing. */
  readonly sources?: HeldSources;
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
  const tally = reportTally();
  type Notes = readonly [notCovered: readonly NotCovered[], waivers?: readonly WaiverNote[]];
  const keep = (index: number, part: ReportPart, ...notes: Notes) => {
    tally.add(index, part.checks, ...notes);
    parts.keep(index, part);
  };
  const { checks, dates } = await sweepEndpoints(
    {
      endpoints,
      identities: registry.identities,
      trustBundles: await readTrustBundles(registry.trustBundles, ports.readFile),
      suites: options.suites,
      health: healthOf(endpoints, registry),
      healthBundles: bundlesOfIdentities(registry.endpoints, registry.identities),
      defaults: { expiry: registry.expiry },
      ...heldBy(options),
      ...(registry.monitor.addresses !== undefined && { addresses: registry.monitor.addresses }),
      ...(options.registryFile !== undefined && { registryFile: options.registryFile }),
      ...(options.given !== undefined && { given: options.given }),
      vantage,
      run: { startedAt },
    },
    ports,
    (index, { results, servedChains, notCovered }) => {
      const endpoint = endpoints[index];
      if (endpoint === undefined) return;
      const { about, waivers, runbook = registry.monitor.runbook } = notesOf(endpoint, results, options);
      keep(index, { checks: linked(results, runbook), servedChains, about }, notCovered, waivers);
    },
  );
  keep(endpoints.length, { checks: linked(checks, registry.monitor.runbook), servedChains: [], dates }, []);
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

/** The sources' own checks run with those of the identities. */
const heldBy = ({ sources, suites }: CheckRegistryOptions) => ({
  ...(sources !== undefined && { covered: sources.covered }),
  ...(sources !== undefined && suites.includes('certificates') && { sources: sources.states }),
});

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

/** All identities for a check of all endpoints. */
const healthOf = (endpoints: Registry['endpoints'], registry: Registry): readonly string[] =>
  endpoints.length === registry.endpoints.length ? Object.keys(registry.identities) : usedBy(endpoints, registry);

/** Identities that a check of single endpoints uses: those that these endpoints name, and all with a fault. */
const usedBy = (endpoints: Registry['endpoints'], { identities }: Registry): readonly string[] => {
  const named = new Set(endpoints.flatMap(({ admits, refuses }) => [...admits, ...refuses]));
  return Object.values(identities).flatMap(({ name, fault }) => (fault !== null || named.has(name) ? [name] : []));
};
