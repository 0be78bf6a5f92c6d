/** One door that a configuration opens twice, for IPv4 and IPv6, is one claim. */
import type { Claim } from '../../model/claim.ts';

/** The first of those that say the same of the same hosts and port; where they say it may differ. */
export const withoutTwins = (claims: readonly Claim[]): readonly Claim[] => {
  const first = new Map<string, Claim>();
  for (const claim of claims) {
    const plain = { ...claim, endpoint: { ...claim.endpoint, name: '' } };
    const key = JSON.stringify(plain, (name, value: unknown) => (name === 'at' || name === 'because' ? null : value));
    if (!first.has(key)) first.set(key, claim);
  }
  return [...first.values()];
};
