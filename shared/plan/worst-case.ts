/** How long a sweep can take. */
import type { Check } from '../model/check.ts';
import type { Endpoint } from '../model/registry.ts';
import type { Milliseconds } from '../model/time.ts';
import { scenarioNamed } from '../scenario/catalogue.ts';

/** Probing time of an endpoint if every attempt takes its whole timeout, with `perAddress` attempts at a time. */
export const worstCase = ({ perAddress, timeout }: Endpoint, checks: readonly Check[]): Milliseconds => {
  const attempts = checks.reduce((sum, { scenario }) => sum + scenarioNamed(scenario).attempts, 0);
  return (Math.ceil(attempts / perAddress) + 2) * timeout;
};
