/** Claims as a reader makes them, and what a test cares about. */
import { claimOf, said } from '../../shared/claims/claim-of.ts';
import type { Claim, Said } from '../../shared/model/claim.ts';
import type { Covered } from '../../shared/model/configured.ts';
import type { Place } from '../../shared/model/place.ts';
import { DAY } from '../../shared/model/time.ts';

export const NOW = Date.UTC(2026, 11, 1);
export const HERE: Place = { file: 'mesh.json', line: 12, object: 'PeerAuthentication payments/default' };

const context = { source: 'mesh', readAt: NOW, now: NOW };

/** Of `payments.test:443`. */
export const aClaim = (
  own: Partial<Omit<Claim, 'endpoint'>> & { readonly endpoint?: Partial<Claim['endpoint']> } = {},
): Claim =>
  claimOf('istio', context, {
    at: HERE,
    ...own,
    endpoint: { name: 'payments/checkout', hosts: ['payments.test'], port: 443, ...own.endpoint },
  });

export const here = <Value>(value: Value): NonNullable<Said<Value>> => said(value, HERE);

export const aCovered = (claims: readonly Claim[], own: Partial<Covered> = {}): Covered => ({
  ...{ source: 'mesh', maxAge: DAY, readAt: NOW, certificates: [], missing: null, claims },
  ...own,
});
