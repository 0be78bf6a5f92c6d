/** How long a probe function takes for a batch, if each sweep takes what `took` says: endpoints are begun in their order while there is room. */
import type { Endpoint } from '../../shared/model/registry.ts';

export const endOf = (
  endpoints: readonly Endpoint[],
  took: (endpoint: Endpoint) => number,
  connections: number,
): number => {
  const running: { readonly until: number; readonly width: number }[] = [];
  let [now, used, last] = [0, 0, 0];
  for (const endpoint of endpoints) {
    while (used > 0 && used + endpoint.perAddress > connections) {
      running.sort((one, other) => one.until - other.until);
      const first = running.shift();
      now = Math.max(now, first?.until ?? now);
      used -= first?.width ?? 0;
    }
    used += endpoint.perAddress;
    running.push({ until: now + took(endpoint), width: endpoint.perAddress });
    last = Math.max(last, now + took(endpoint));
  }
  return last;
};
