/** The level `sparse`: an endpoint's metrics are sent while they are unusual, and once more when that is over. */
import type { EndpointStanding } from '../model/endpoint-standing.ts';
import type { EndpointMetric } from '../model/names.ts';
import type { Instant } from '../model/time.ts';
import { type Datum, endpointData } from './metrics.ts';

export type Settled = {
  /** What is stored: the newer of the two runs, with each metric that was sent as unusual and whose end was not sent yet. */
  readonly standing: EndpointStanding;
  /** Metrics of this run that are to be sent. */
  readonly sent: readonly EndpointMetric[];
};

/**
 * `before`: the stored standing. A metric that this run did not measure stays open. A run that started before the stored one is late: it sends what
 * is unusual and no end, and the next run sends the end. A second report of the same run sends no end twice.
 */
export const settle = (before: EndpointStanding | undefined, now: EndpointStanding): Settled => {
  if (before === undefined) return { standing: now, sent: now.unusual };
  if (before.startedAt > now.startedAt) {
    return { standing: { ...before, unusual: [...new Set([...before.unusual, ...now.unusual])] }, sent: now.unusual };
  }
  const open = before.unusual.filter((name) => !now.unusual.includes(name));
  const over = open.filter((name) => isKnown(now, name));
  return {
    standing: { ...now, unusual: [...now.unusual, ...open.filter((name) => !over.includes(name))] },
    sent: [...now.unusual, ...over],
  };
};

/** No failure among checks that were not decided is no end: the endpoint may be as open as before. */
const isKnown = ({ figures, verdicts }: EndpointStanding, name: EndpointMetric): boolean =>
  figures[name] !== undefined && !(FAILURES.includes(name) && verdicts.inconclusive > 0);

const FAILURES: readonly EndpointMetric[] = ['EnforcementFailures', 'IsolationFailures'];

/** The data of several standings of one run. A metric that several suites of the run have in common is sent once. */
export const sparseData = (
  all: readonly { readonly now: EndpointStanding; readonly sent: readonly EndpointMetric[] }[],
  timestamp: Instant,
): readonly Datum[] => {
  const data = all.flatMap(({ now, sent }) =>
    endpointData(now, Object.fromEntries(sent.map((name) => [name, now.figures[name]])), timestamp),
  );
  return [...new Map(data.map((datum) => [JSON.stringify([datum.name, datum.dimensions]), datum])).values()];
};
