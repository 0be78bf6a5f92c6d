/** One batch of a run on AWS: checks its endpoints, moves their state, says what is due. */
import { SUITES, type Suite } from '../model/names.ts';
import type { CheckResult } from '../model/report.ts';
import type { Batch, BatchResult } from '../model/run.ts';
import { identityCheck, planEndpoint } from '../plan/plan.ts';
import { scenarioNamed } from '../scenario/catalogue.ts';
import { type Checked, type CheckPorts, checkEndpoints } from './check-endpoints.ts';
import type { StateStore } from './ports.ts';
import { recordResults } from './record.ts';

export const runBatch = async (
  batch: Batch,
  ports: CheckPorts & { readonly store: StateStore },
): Promise<BatchResult> => {
  const { run, vantage, suites, endpoints, identities, trustBundles, health, defaults } = batch;
  const checked = await checkEndpoints(
    { endpoints, identities, trustBundles, suites, health, expiry: defaults.expiry, vantage, startedAt: run.startedAt },
    ports,
  );
  const due = await Promise.all(stateItems(batch, checked).map((item) => recordResults(ports.store, item)));
  return {
    checks: checked.checks,
    servedChains: checked.servedChains,
    notCovered: checked.notCovered,
    complete: !checked.checks.some(({ code }) => code === 'NOT_RUN'),
    due: due.flatMap(({ key, due: isDue }) => (isDue ? [key] : [])),
  };
};

const suiteOf = ({ scenario }: CheckResult): Suite => scenarioNamed(scenario).suite;

/** A check moves state in its own suite only; in others it is measured. */
const stateItems = (
  { endpoints, identities, suites, vantage, run, health, defaults }: Batch,
  { checks, servedChains }: Checked,
) => [
  ...endpoints.flatMap((endpoint) => {
    const own = checks.filter((check) => check.endpoint === endpoint.name);
    const planned = planEndpoint(endpoint, identities, SUITES).checks;
    return suites.map((suite) => ({
      key: `endpoint/${endpoint.name}/${vantage}/${suite}`,
      suite,
      results: own.filter((check) => suiteOf(check) === suite && check.code !== 'NOT_RUN'),
      plannedIds: planned.filter((check) => check.suite === suite).map(({ id }) => id),
      fingerprints:
        suite === 'certificates'
          ? fingerprintsOf(
              own,
              servedChains.filter((chain) => chain.endpoint === endpoint.name),
            )
          : {},
      owner: endpoint.owner,
      run,
      settings: { settleAfter: endpoint.settleAfter, remindAfter: endpoint.remindAfter },
    }));
  }),
  ...(suites.includes('certificates') ? health : []).map((name) => {
    const { id } = identityCheck(name);
    return {
      key: `identity/${name}`,
      suite: 'certificates' as const,
      results: checks.filter((check) => check.id === id),
      plannedIds: [id],
      fingerprints: {},
      owner: null,
      run,
      settings: defaults,
    };
  }),
];

/** One leaf an address is what a change is told from; several at once are backends that differ, not a change. */
const fingerprintsOf = (
  own: readonly CheckResult[],
  chains: readonly { readonly sha256: string }[],
): Readonly<Record<string, string>> => {
  const [first] = chains;
  if (first === undefined) return {};
  return Object.fromEntries(
    own.filter(({ scenario }) => scenario === 'served-certificate').map(({ id }) => [id, first.sha256]),
  );
};
