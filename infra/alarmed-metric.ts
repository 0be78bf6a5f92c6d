import type { EndpointMetric } from '../shared/model/names.ts';

/** A metric of an endpoint that an alarm can watch. A latency has no threshold that fits every endpoint. */
export type AlarmedMetric = Exclude<EndpointMetric, 'ProbeLatency'>;
