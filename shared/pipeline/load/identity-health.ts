/** The check of each identity itself: whether it is fit to be presented, and whether its chain is complete. No connection is made. */
import type { CheckResult } from '../../model/report.ts';
import type { Batch } from '../../model/run.ts';
import { chainProblem, knownIssuers, type Surroundings } from '../../pki/identity/incomplete-chain.ts';
import type { LoadedBundle } from '../../pki/served/trust-bundle.ts';
import { identityCheck } from '../../plan/plan.ts';
import { type Fitness, judgeIdentity } from '../../verdict/judge/health.ts';
import type { LoadedIdentity } from './identities.ts';

type Wanted = Pick<Batch, 'health' | 'healthBundles' | 'vantage'>;

export const identityHealth = (
  { health, healthBundles = {}, vantage }: Wanted,
  identities: ReadonlyMap<string, LoadedIdentity>,
  bundles: ReadonlyMap<string, LoadedBundle>,
): readonly CheckResult[] => {
  const anchorsOf = (name: string): Surroundings['anchors'] =>
    (healthBundles[name] ?? []).flatMap((bundle) => {
      const loaded = bundles.get(bundle);
      return loaded?.ok ? loaded.anchors : [];
    });
  const known = knownIssuers([...identities.values()].flatMap(({ credentials }) => credentials ?? []));
  return health.flatMap((name) => {
    const loaded = identities.get(name);
    if (loaded === undefined) return [];
    return [judgeIdentity(identityCheck(name), completed(loaded, { known, anchors: anchorsOf(name) }), vantage)];
  });
};

/** Adds the chain's problem after `IDENTITY_EXPIRES_SOON`, which stays the most urgent, and before all other problems. */
const completed = ({ credentials, fitness }: LoadedIdentity, surroundings: Surroundings): Fitness => {
  if (fitness.kind !== 'fit' || credentials === null) return fitness;
  const problem = chainProblem(credentials, surroundings);
  if (problem === null) return fitness;
  const isUrgent = ({ code }: { readonly code: string }) =>
    code === 'IDENTITY_EXPIRES_SOON' || code === 'IDENTITY_ISSUER_NOT_YET_VALID';
  const { problems } = fitness;
  return {
    ...fitness,
    problems: [...problems.filter(isUrgent), problem, ...problems.filter((each) => !isUrgent(each))],
  };
};
