/** What `explain` prints of a code. */
import type { Severity } from '../../model/names.ts';

export type Explanation = {
  readonly verdict: 'pass' | 'fail' | 'inconclusive' | 'fail or inconclusive';
  readonly severity: Severity;
  readonly meaning: string;
  readonly causes: readonly string[];
  readonly cures: readonly string[];
  /**
   * The monitor sends no secret to a server with this problem in its chain. `refused`: OpenSSL refuses the chain as well, so the problem explains that
   * refusal; `ours`: only the monitor checks it (names, revocation).
   */
  readonly verification?: 'refused' | 'ours';
};

export const pass = (meaning: string): Explanation => ({
  verdict: 'pass',
  severity: 'none',
  meaning,
  causes: [],
  cures: [],
});
export const fail = (
  severity: Severity,
  meaning: string,
  causes: readonly string[],
  cures: readonly string[],
): Explanation => ({ verdict: 'fail', severity, meaning, causes, cures });
export const unsure = (meaning: string, causes: readonly string[], cures: readonly string[]): Explanation => ({
  verdict: 'inconclusive',
  severity: 'warning',
  meaning,
  causes,
  cures,
});

/** No result for any check that needs what it is about. */
export const blinding = (...texts: Parameters<typeof unsure>): Explanation => ({
  ...unsure(...texts),
  severity: 'critical',
});

/** A notification that reports no fault, with its own severity; its verdict is a pass. */
export const news = (
  severity: Severity,
  meaning: string,
  causes: readonly string[],
  cures: readonly string[],
): Explanation => ({ verdict: 'pass', severity, meaning, causes, cures });

/** Clients that verify refuse the chain. */
export const refused = (explanation: Explanation, verification: 'refused' | 'ours' = 'refused'): Explanation => ({
  ...explanation,
  verification,
});
