/** Checks a whole registry in this process, for `mtls-monitor check`. */
import type { Suite } from '../../model/names.ts';
import type { Registry } from '../../model/registry.ts';
import type { Report } from '../../model/report.ts';
import type { Instant } from '../../model/time.ts';
import { bundlesOfIdentities } from '../../plan/identity-bundles.ts';
import { makeReport } from '../../verdict/make-report.ts';
import { readTrustBundles } from '../load/trust-bundles.ts';
import { checkEndpoints } from './check-endpoints.ts';
import type { CheckPorts } from './checked.ts';

export type CheckRegistryOptions = {
  readonly suites: readonly Suite[];
  /** Names of endpoints; null for all. */
  readonly endpoints: readonly string[] | null;
  readonly runId: string;
  readonly vantage: string;
  readonly startedAt: Instant;
};

export const checkRegistry = async (
  registry: Registry,
  options: CheckRegistryOptions,
  ports: CheckPorts,
): Promise<Report> => {
  const { startedAt, vantage, runId } = options;
  const endpoints = registry.endpoints.filter(({ name }) => options.endpoints?.includes(name) ?? true);
  const used =
    endpoints.length === registry.endpoints.length ? Object.keys(registry.identities) : usedBy(endpoints, registry);
  const parts = await checkEndpoints(
    {
      endpoints,
      identities: registry.identities,
      trustBundles: await readTrustBundles(registry.trustBundles, ports.readFile),
      suites: options.suites,
      health: used,
      healthBundles: bundlesOfIdentities(registry.endpoints, registry.identities),
      defaults: { expiry: registry.expiry },
      vantage,
      run: { startedAt },
    },
    ports,
  );
  const complete = !parts.checks.some(({ code }) => code === 'NOT_RUN');
  const iso = (instant: Instant) => new Date(instant).toISOString();
  return makeReport(
    { id: runId, startedAt: iso(startedAt), finishedAt: iso(ports.clock()), vantage, complete },
    endpoints.length,
    parts,
  );
};

/** Identities that a check of single endpoints uses: those that these endpoints name, and all with a fault. */
const usedBy = (endpoints: Registry['endpoints'], { identities }: Registry): readonly string[] => {
  const named = new Set(endpoints.flatMap(({ admits, refuses }) => [...admits, ...refuses]));
  return Object.values(identities).flatMap(({ name, fault }) => (fault !== null || named.has(name) ? [name] : []));
};
