/**
 * How long a sweep can take: its budget. docs/performance.md ("How long a sweep can take") works it out; the pipeline holds each sweep to it, and
 * batches are sized by it.
 */
import type { Check } from '../model/check.ts';
import type { Endpoint } from '../model/registry.ts';
import { MINUTE, type Milliseconds, SECOND } from '../model/time.ts';
import { scenarioNamed } from '../scenario/catalogue.ts';

/** Connections that wait side by side at one address, at most (`MOST_AT_ADDRESS` of `shared/probe/limits.ts`). */
const SIDE_BY_SIDE = 64;

/**
 * A sweep's phases in their order, and the timeouts that each leaves to those after it. The first attempts take two where all clients are met with
 * silence: each is asked twice. The closing control has one of its own, so that refusals can be proven whatever was spent before it.
 */
export const LEFT_AFTER = { controls: 4, first: 2, alone: 1, forged: 1, closing: 0, returning: 0 } as const;
export type Phase = keyof typeof LEFT_AFTER;

/** Two for the controls, and what is left after them: no sweep can do with fewer timeouts. */
const LEAST = 2 + LEFT_AFTER.controls;
/** Where the timeout is usual: a far server, each of whose answers takes a tenth of it, is asked everything. */
const USUAL = 12;
const LONGEST_USUAL: Milliseconds = 3 * MINUTE;
/** Where it is short: the answers of a far server are as slow as anywhere. */
const SHORT = 40;
const LONGEST_SHORT: Milliseconds = MINUTE;

/** The budget of one sweep, from its first connection: no connection of it ends later. */
export const sweepBudget = ({ timeout, perSecond }: Endpoint, checks: readonly Check[]): Milliseconds => {
  const attempts = checks.reduce((sum, { scenario }) => sum + scenarioNamed(scenario).attempts, 0);
  const rounds = Math.max(1, Math.ceil(checks.length / SIDE_BY_SIDE));
  const shared = Math.max(
    LEAST * timeout,
    Math.min(USUAL * timeout, LONGEST_USUAL),
    Math.min(SHORT * timeout, LONGEST_SHORT),
  );
  const paced = perSecond === null ? 0 : (attempts * SECOND) / perSecond;
  return shared + (rounds - 1) * 2 * timeout + paced;
};

/** Before its first connection: one timeout for the name, and two for the first address that accepts TCP. */
const LOCATING = 3;

/** An endpoint's own checks, and those of its routes: all routes are swept side by side afterwards, within one budget. */
export const bySweep = (checks: readonly Check[]): readonly [readonly Check[], readonly Check[]] => [
  checks.filter(({ route }) => route === null),
  checks.filter(({ route }) => route !== null),
];

/** Probing time of an endpoint, whatever its server does. Its addresses are swept side by side. */
export const worstCase = (endpoint: Endpoint, checks: readonly Check[]): Milliseconds => {
  const sweeps = bySweep(checks).filter((some) => some.length > 0);
  return sweeps.reduce((sum, some) => sum + sweepBudget(endpoint, some), LOCATING * endpoint.timeout);
};
