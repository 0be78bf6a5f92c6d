/** One endpoint, from its plan to its verdicts: joins what was loaded, what is minted, what is probed and what is judged. */
import type { Check } from '../model/check.ts';
import type { CheckResult, NotCovered, ServedChain } from '../model/report.ts';
import { haveSameIssuer, haveSameNames } from '../pki/issuer.ts';
import type { LoadedBundle } from '../pki/trust-bundle.ts';
import type { EndpointPlan } from '../plan/plan.ts';
import { judgeEndpoint } from '../verdict/judge-endpoint.ts';
import { type AskPorts, asker } from './asker.ts';
import type { LoadedIdentity } from './identities.ts';
import { chainJudge } from './judging.ts';
import { sweepEndpoint } from './sweep.ts';

export type EndpointRunPorts = AskPorts & { readonly bundle: LoadedBundle; readonly vantage: string };

export type EndpointResult = {
  readonly results: readonly CheckResult[];
  readonly servedChains: readonly ServedChain[];
  readonly notCovered: readonly NotCovered[];
};

export const runEndpoint = async (plan: EndpointPlan, ports: EndpointRunPorts): Promise<EndpointResult> => {
  const { endpoint } = plan;
  const { checks, notCovered } = applicable(plan, ports.identities);
  const judge = chainJudge(endpoint, ports.bundle, ports.now);
  const ask = await asker(endpoint, ports, judge.verified);
  const trials = await sweepEndpoint(endpoint, checks, ask);
  const context = {
    endpoint,
    vantage: ports.vantage,
    now: ports.now,
    trustOf: judge.trustOf,
    sharesName: nameSharing(plan, ports.identities),
  };
  return { ...judgeEndpoint(checks, trials, context, judge.problemsOf), notCovered };
};

/** Names as the certificates bear them, or the principal that the registry gives to both. */
const nameSharing = ({ endpoint }: EndpointPlan, identities: ReadonlyMap<string, LoadedIdentity>) => {
  const admitted = endpoint.admits.flatMap((name) => identities.get(name) ?? []);
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

/** An identity with a fault is used only where its issuer is the control's: refused for its issuer, it would prove nothing. */
const applicable = (
  { endpoint, checks, notCovered }: EndpointPlan,
  identities: ReadonlyMap<string, LoadedIdentity>,
): Pick<EndpointPlan, 'checks' | 'notCovered'> => {
  const leafOf = (name: string) => identities.get(name)?.credentials?.chain[0];
  const controls = endpoint.admits.flatMap((name) => leafOf(name) ?? []);
  const foreign = (check: Check): boolean => {
    const name = check.presented?.kind === 'identity' ? check.presented.identity : null;
    const leaf = name === null ? undefined : leafOf(name);
    return (
      leaf !== undefined &&
      (identities.get(name ?? '')?.identity.fault ?? null) !== null &&
      controls.length > 0 &&
      !controls.some((control) => haveSameIssuer(control, leaf))
    );
  };
  const kept = checks.filter((check) => !foreign(check));
  const lost = new Set(
    checks.map(({ scenario }) => scenario).filter((scenario) => !kept.some((check) => check.scenario === scenario)),
  );
  return {
    checks: kept,
    notCovered: [
      ...notCovered,
      ...[...lost].map((scenario) => ({
        endpoint: endpoint.name,
        scenario,
        add: `an identity with fault: ${scenario} from the control’s issuer (${controls[0]?.issuer})`,
      })),
    ],
  };
};
