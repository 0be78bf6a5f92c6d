/** Runs the plan of one endpoint: its checks are attempted at each address and route, then judged. */
import type { Check } from '../../model/check.ts';
import type { Covered } from '../../model/configured.ts';
import type { NotCovered } from '../../model/not-covered.ts';
import type { Endpoint } from '../../model/registry.ts';
import type { CheckResult, ServedChain } from '../../model/report.ts';
import type { Instant } from '../../model/time.ts';
import type { Whereabouts } from '../../model/whereabouts.ts';
import { haveSameNames } from '../../pki/identity/issuer.ts';
import { acceptableCas } from '../../pki/x509/acceptable-cas.ts';
import { atRoute, type EndpointPlan, routeText } from '../../plan/plan.ts';
import { bySweep, sweepBudget } from '../../plan/worst-case.ts';
import { addressesFor, type Located } from '../../probe/addresses.ts';
import { familyOf, scenarioNamed } from '../../scenario/catalogue.ts';
import { withDiffering } from '../../verdict/judge/chains-differ.ts';
import { judgeEndpoint } from '../../verdict/judge/judge-endpoint.ts';
import { notRun } from '../../verdict/judge/judgements.ts';
import { checkResult } from '../../verdict/judge/result.ts';
import { distinctChains } from '../../verdict/judge/served-chains.ts';
import type { AcceptableCasOf, JudgeContext } from '../../verdict/judge/trial.ts';
import { worstOfAddresses } from '../../verdict/judge/worst-of-addresses.ts';
import { type ChainJudge, chainJudge } from '../load/chain-judge.ts';
import type { LoadedIdentity } from '../load/identities.ts';
import { applicable } from './applicable.ts';
import { type Budget, budgetOf } from './budget.ts';
import { configuredResults } from './configured-results.ts';
import { connectionsTo } from './connections.ts';
import type { DialPorts } from './dial.ts';
import type { Presenting } from './presenting.ts';
import { proberOf } from './prober.ts';
import { sweepEndpoint } from './sweep.ts';

/** The input of an endpoint's run. */
export type EndpointRun = Presenting & {
  /** The run's start: certificates' dates are compared with it. */
  readonly now: Instant;
  readonly vantage: string;
  /** For the lines that reproduce its checks. Default: nowhere. */
  readonly where?: Whereabouts;
  /** What the registry’s sources say of the endpoint. Default: nothing. */
  readonly covered?: readonly Covered[];
};

export type EndpointResult = {
  readonly results: readonly CheckResult[];
  readonly servedChains: readonly ServedChain[];
  readonly notCovered: readonly NotCovered[];
};

/** Addresses run side by side, and so do the routes at each, after the endpoint's own checks. Once the run has no time left, nothing is looked up. */
export const runEndpoint = async (plan: EndpointPlan, run: EndpointRun, ports: DialPorts): Promise<EndpointResult> => {
  const { endpoint } = plan;
  const { checks: all, notCovered } = applicable(plan, run.identities);
  const [checks, configured] = apart(all);
  if (ports.deadline() <= ports.clock())
    return { results: notAsked(endpoint, checks, run), servedChains: [], notCovered };
  const { addresses, note } = await addressesFor(endpoint, ports.resolve, ports.guard);
  const [ownChecks, routed] = bySweep(checks);
  const judge = chainJudge(endpoint, run.bundle, run.now, ports.clock);
  const judged = await Promise.all(
    addresses.map(async (located) => {
      const budget = (some: readonly Check[]) => budgetOf(sweepBudget(endpoint, some), endpoint.timeout, ports.clock);
      const [ofOwn, ofRoutes] = [budget(ownChecks), budget(routed)];
      const own = await runAt(endpoint, ownChecks, { located, judge, note, budget: ofOwn }, run, ports);
      const atRoutes = await Promise.all(
        endpoint.routes.map((route) => {
          const there = routed.filter((check) => check.route !== null && routeText(check.route) === routeText(route));
          return runAt(atRoute(endpoint, route), there, { located, judge, note: null, budget: ofRoutes }, run, ports);
        }),
      );
      for (const each of [ofOwn, ofRoutes]) each.end();
      return { results: [own, ...atRoutes].flatMap(({ results }) => results), servedChains: own.servedChains };
    }),
  );
  const { results, servedChains } = withDiffering(
    {
      results: worstOfAddresses(judged.map((each) => each.results)),
      servedChains: judged.flatMap((each) => each.servedChains),
    },
    endpoint,
    run.now,
  );
  return {
    results: [...results, ...configuredResults(configured, { endpoint, results, servedChains }, run)],
    servedChains,
    notCovered: [...notCovered, ...withoutTrial(endpoint.name, checks, results)],
  };
};

/** What is asked on the wire, and what is only held against its answers. */
const apart = (checks: readonly Check[]): readonly [readonly Check[], readonly Check[]] => {
  const isConfigured = ({ scenario }: Check) => familyOf(scenario) === 'configuration';
  return [checks.filter((check) => !isConfigured(check)), checks.filter(isConfigured)];
};

const notAsked = (
  endpoint: Endpoint,
  checks: readonly Check[],
  { vantage, now, where }: EndpointRun,
): readonly CheckResult[] => {
  const context = { endpoint, vantage, now, where, note: null, trustOf: () => null, sharesName: () => false };
  return checks.map((check) => checkResult(check, notRun({ check, attempts: [] }), [], [], context));
};

/** One sweep: at one address, of the endpoint or of one of its routes, which share a budget. */
type Sweep = {
  readonly located: Located;
  readonly judge: ChainJudge;
  readonly note: string | null;
  readonly budget: Budget;
};

const runAt = async (
  endpoint: Endpoint,
  checks: readonly Check[],
  { located, judge, note, budget }: Sweep,
  run: EndpointRun,
  ports: DialPorts,
): Promise<{ readonly results: readonly CheckResult[]; readonly servedChains: readonly ServedChain[] }> => {
  const deadline = () => Math.min(ports.deadline(), budget.endOf('returning'));
  const connections = connectionsTo(endpoint, located, run, { ...ports, deadline }, judge);
  const trials = await sweepEndpoint(checks, proberOf(endpoint, connections), budget);
  for (const lane of trials.lanes)
    for (const { servedChain } of distinctChains(lane)) await connections.confirmChain(servedChain, lane.tls);
  const { vantage, now, where } = run;
  const isSound: JudgeContext['isSound'] = ({ servedChain }) => judge.isSound(servedChain);
  const sharesName = nameSharing(endpoint, run.identities);
  const acceptableCasOf: AcceptableCasOf = ({ acceptableCas: names }, identity) =>
    names === undefined ? null : acceptableCas(names, run.identities.get(identity ?? '')?.credentials?.chain ?? null);
  return judgeEndpoint(
    checks,
    trials,
    { endpoint, vantage, now, note, where, isSound, trustOf: judge.trustOf, sharesName, acceptableCasOf },
    judge.problemsOf,
  );
};

/** Scenarios that were planned but had nothing to present in this run (no sibling gave a session), where the registry can change that. */
const withoutTrial = (
  endpoint: string,
  checks: readonly Check[],
  results: readonly CheckResult[],
): readonly NotCovered[] => {
  const planned = new Set(checks.map(({ scenario }) => scenario));
  const judged = new Set(results.map(({ scenario }) => scenario));
  return [...planned.difference(judged)].flatMap((scenario) => {
    const { add } = scenarioNamed(scenario);
    return add === null ? [] : [{ endpoint, scenario, add }];
  });
};

/** By the names in the certificates, or by the principal that the registry gives to both. */
const nameSharing = ({ admits }: Endpoint, identities: ReadonlyMap<string, LoadedIdentity>) => {
  const admitted = admits.flatMap((name) => identities.get(name) ?? []);
  return (identity: string): boolean => {
    const own = identities.get(identity);
    const leaf = own?.credentials?.chain[0];
    return admitted.some((other) => {
      const otherLeaf = other.credentials?.chain[0];
      const samePrincipal = own?.identity.principal != null && own.identity.principal === other.identity.principal;
      return samePrincipal || (leaf !== undefined && otherLeaf !== undefined && haveSameNames(leaf, otherLeaf));
    });
  };
};
