/** Coverage: what sources name and a registry does not watch. */
import type { Claim } from '../model/claim.ts';
import type { Registry } from '../model/registry.ts';
import type { Candidate } from './candidate.ts';
import { fromClaims } from './from-claims.ts';
import { combined, watchedBy } from './watched-places.ts';

/** Endpoints that a registry does not watch, by host and port. One that asks for no client certificate is none. */
export const unwatchedOf = (
  candidates: readonly Candidate[],
  { endpoints }: Pick<Registry, 'endpoints'>,
): readonly Candidate[] => {
  const watching = watchedBy(endpoints);
  return combined(candidates).filter((each) => each.clientCertificate !== 'none' && watching(each) === null);
};

/** The same of claims. */
export const unwatched = (claims: readonly Claim[], registry: Pick<Registry, 'endpoints'>): readonly Candidate[] =>
  unwatchedOf(fromClaims(claims).candidates, registry);
