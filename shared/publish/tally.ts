/** Sums up a run batch by batch, so that a large run needs the memory of one batch. */
import type { CheckResult, ServedChain } from '../model/report.ts';

export type Tally = {
  /** Number of checked endpoints, once per vantage. */
  readonly endpoints: number;
  readonly failed: number;
  readonly inconclusive: number;
  readonly minDaysToExpiry: number | null;
};

export const EMPTY_TALLY: Tally = { endpoints: 0, failed: 0, inconclusive: 0, minDaysToExpiry: null };

/** Adds one batch. All checks of an endpoint and vantage are in one batch. An endpoint with `NOT_RUN` checks only is not counted. */
export const addTo = (
  tally: Tally,
  { checks, servedChains }: { readonly checks: readonly CheckResult[]; readonly servedChains: readonly ServedChain[] },
): Tally => {
  const probed = checks.filter(({ endpoint, code }) => endpoint !== null && code !== 'NOT_RUN');
  const ends = servedChains.map(({ daysToExpiry }) => daysToExpiry);
  const known = tally.minDaysToExpiry === null ? ends : [tally.minDaysToExpiry, ...ends];
  return {
    endpoints:
      tally.endpoints + new Set(probed.map(({ endpoint, vantage }) => JSON.stringify([endpoint, vantage]))).size,
    failed: tally.failed + checks.filter(({ verdict }) => verdict === 'fail').length,
    inconclusive: tally.inconclusive + checks.filter(({ verdict }) => verdict === 'inconclusive').length,
    minDaysToExpiry: known.length === 0 ? null : Math.min(...known),
  };
};
