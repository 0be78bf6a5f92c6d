/** What the cost estimate assumes, as sentences, and what it leaves out. */
import { SUITES } from '../model/names.ts';
import { DEFAULT_VANTAGE, type Registry } from '../model/registry.ts';
import type { Milliseconds } from '../model/time.ts';
import { costInput } from './cost-input.ts';
import { durationName } from './durations.ts';
import { ASSUMED, batchMs, MEASURED } from './measured.ts';
import { planEndpoint } from './plan.ts';
import { PRICE_LIST, PRICES } from './prices.ts';
import { scheduledRuns } from './run-cost.ts';
import { usedVantages } from './vantages.ts';
import { worstCase } from './worst-case.ts';

/** Every `nth` endpoint takes its worst case in each run: it accepts connections and never answers. */
export const silentEach = ({ endpoints, identities }: Registry, nth: number): ReadonlyMap<string, Milliseconds> =>
  new Map(
    endpoints
      .filter((_, at) => at % nth === 0)
      .flatMap((endpoint) => {
        const worst = worstCase(endpoint, planEndpoint(endpoint, identities, SUITES).checks);
        return endpoint.from.map((vantage) => [durationName(endpoint.name, vantage), worst] as const);
      }),
  );

const VPC_ENDPOINTS =
  'Vantages: an endpoint is planned, probed and measured once from each. Not in the sum: NAT gateways, VPC endpoints that stand already, and what goes through either.';

export const assumptions = (registry: Registry): readonly string[] => {
  const { slower, memoryOfOneCpu, cold, roundTrips, roundTripsOfCheck, roundTripMs, callsMs, changed } = ASSUMED;
  const { memoryMb, checkMs, batchMs: base, coldMs, on, node } = MEASURED;
  const runs = scheduledRuns(costInput(registry, { metrics: 'fleet', memoryMb }));
  const batches = Math.max(0, ...runs.map(({ work }) => work.batches));
  return [
    `Prices: ${PRICE_LIST.region}, ${PRICE_LIST.date}. Free tiers are not subtracted.`,
    `Work: the largest run has ${batches} batches. A check takes ${checkMs} ms of CPU, a batch ${base} ms more, a new function ${coldMs} ms more (measured ${on}, Node ${node}).`,
    `Scaled by: ${slower} for Lambda's core on arm64, ${memoryMb} of ${memoryOfOneCpu} MB for its share of a core; one invocation in ${1 / cold} starts a new function.`,
    `Waits: ${roundTrips} round trips of ${roundTripMs} ms a sweep, or ${roundTripsOfCheck} a check on the connections that it may have at a time where that is more, and ${callsMs} ms of calls to AWS a batch: a batch of 100 checks runs ${(batchMs(100, roundTrips * roundTripMs, memoryMb) / 1000).toFixed(1)} s. Every endpoint answers.`,
    `Storage: a run leaves ${MEASURED.resultBytes + MEASURED.reportBytes} bytes a check (${MEASURED.reportBytes} of them in the report’s documents), ${MEASURED.endpointBytes} an endpoint and ${MEASURED.batchBytes} a batch in S3, for 30 days.`,
    `Secrets: the sum has $${PRICES.secret.toFixed(2)} a month for each secret that the registry names, also where it stands already or another account pays it. Keys of your own (secretKeys) are paid already: only their use is in the sum.`,
    `State: ${changed * 100} % of the endpoints change in a run; state that does not change is read and not written.`,
    ...(usedVantages(registry.endpoints).every((name) => name === DEFAULT_VANTAGE) ? [] : [VPC_ENDPOINTS]),
    `Not in the sum: notifications, the custodian and its private CAs, the inventory, and what is sent to the endpoints: nothing inside a VPC, $${PRICES.sameRegionGb} a GB to public addresses of the same region, $${PRICES.internetGb} a GB to the internet.`,
  ];
};
