/** Loads the pending and previous versions of a control's secret, which the scenario `rotation` presents. */
import { staged } from '../../model/presented.ts';
import type { Identity } from '../../model/registry.ts';
import { DAY, type Instant } from '../../model/time.ts';
import type { Expiry } from '../../pki/served/chain.ts';
import type { EndpointPlan } from '../../plan/plan.ts';
import type { SecretResult } from '../ports.ts';
import { type LoadedIdentity, loadIdentity, type SecretResults, type Sources } from './identities.ts';

/** The previous version may still be in use for this long after its replacement. */
const OVERLAP = DAY;

/** Names of the identities that have a `rotation` check in a plan. */
export const rotatingIn = ({ checks }: EndpointPlan): readonly string[] =>
  checks.flatMap(({ detour, subject }) => (detour?.kind === 'rotation' && subject !== null ? [subject] : []));

type Needs = {
  readonly secrets: SecretResults;
  readonly sources: Sources;
  readonly expiry: Expiry;
  readonly now: Instant;
};

/** `rotating`: names of the identities with a `rotation` check in this run. */
export const loadOtherVersions = async (
  rotating: ReadonlySet<string>,
  identities: readonly Identity[],
  needs: Needs,
): Promise<readonly LoadedIdentity[]> => {
  const wanted = identities.filter(({ name }) => rotating.has(name));
  const loaded = await Promise.all(wanted.map((identity) => versionsOf(identity, needs)));
  return loaded.flat();
};

const versionsOf = async (identity: Identity, needs: Needs): Promise<readonly LoadedIdentity[]> => {
  const { source } = identity;
  const current = source.kind === 'secret' ? needs.secrets.get(source.secret) : undefined;
  if (source.kind !== 'secret' || current === undefined || !current.ok) return [];
  const { readStage } = needs.sources;
  const isYoung = current.createdAt !== null && needs.now - current.createdAt < OVERLAP;
  const [next, before] = await Promise.all([
    readStage(source.secret, 'AWSPENDING'),
    isYoung ? readStage(source.secret, 'AWSPREVIOUS') : null,
  ]);
  const load = (stage: string, found: SecretResult): Promise<LoadedIdentity> =>
    loadIdentity(
      { ...identity, name: staged(identity.name, stage) },
      new Map([...needs.secrets, [source.secret, found]]),
      needs.sources,
      needs.expiry,
      needs.now,
    );
  // After a rotation one version may have both labels, AWSCURRENT and AWSPENDING.
  const pending =
    next === null || (next.ok && next.versionId === current.versionId) ? [] : [await load('AWSPENDING', next)];
  const previous = before === null ? [] : [await load('AWSPREVIOUS', before)];
  // An unusable (expired) previous version is no longer in use: it is not presented.
  return [...pending, ...previous.filter(({ credentials }) => credentials !== null)];
};
