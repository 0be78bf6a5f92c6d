/** The vantages that a registry's endpoints are probed from. Each has a probe function of its own. */
import { DEFAULT_VANTAGE, type Endpoint } from '../model/registry.ts';

/** Returns the vantages that an endpoint names, the default one first. A vantage that no endpoint names has no function. */
export const usedVantages = (endpoints: readonly Pick<Endpoint, 'from'>[]): readonly string[] => {
  const used = new Set(endpoints.flatMap(({ from }) => from));
  return [...new Set([...(used.has(DEFAULT_VANTAGE) ? [DEFAULT_VANTAGE] : []), ...used])];
};

/** Number of endpoints, each once for each of its vantages. */
export const countedByVantage = (endpoints: readonly Pick<Endpoint, 'from'>[]): number =>
  endpoints.reduce((sum, { from }) => sum + from.length, 0);
