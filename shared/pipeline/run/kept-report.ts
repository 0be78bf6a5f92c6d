/** The report of a deployed run, from its batches' results: the same document as `check` writes. */
import { DEFAULT_VANTAGE } from '../../model/registry.ts';
import type { CheckResult, PartStore, ReportInParts, ServedChain } from '../../model/report.ts';
import type { BatchResult, RunIdentity } from '../../model/run.ts';
import type { Instant } from '../../model/time.ts';
import { REPORT_SCHEMA, reportTally } from '../../verdict/make-report.ts';

type Ended = {
  /** Whether every batch left all its results. */
  readonly whole: boolean;
  readonly finishedAt: Instant;
};

type Named = { readonly index: number; readonly name: string };

/** Of one batch, and so from one vantage: a part for each endpoint, and one for the identities, whose name is the last in every order. */
const partsOfBatch = ({ checks, servedChains }: BatchResult) => {
  const chains = Map.groupBy(servedChains, ({ endpoint }) => endpoint);
  return [...Map.groupBy(checks, ({ endpoint }) => endpoint)].map(
    ([endpoint, own]: [string | null, readonly CheckResult[]]) => ({
      name: endpoint ?? '\uffff',
      part: { checks: own, servedChains: (endpoint === null ? [] : (chains.get(endpoint) ?? [])) as ServedChain[] },
    }),
  );
};

/**
 * Reads the results once and keeps nothing of them but what `parts` keeps. The parts are in the order of the endpoints' names, one for each of their
 * vantages, and last the identities'.
 */
export const keptReport = async (
  run: Pick<RunIdentity, 'id' | 'startedAt'>,
  results: AsyncIterable<BatchResult | null>,
  { whole, finishedAt }: Ended,
  parts: PartStore,
): Promise<ReportInParts> => {
  const tally = reportTally();
  const named: Named[] = [];
  const vantages = new Set<string>();
  let [complete, batch, endpoints] = [whole, 0, 0];
  for await (const result of results) {
    complete &&= result?.complete === true;
    if (result !== null) {
      tally.add(batch, result.checks, result.notCovered);
      vantages.add(result.vantage ?? DEFAULT_VANTAGE);
      for (const { name, part } of partsOfBatch(result)) {
        if (part.checks[0]?.endpoint !== null) endpoints += 1;
        parts.keep(named.length, part);
        named.push({ index: named.length, name });
      }
    }
    batch += 1;
  }
  const order = named.toSorted((one, other) => (one.name < other.name ? -1 : Number(one.name > other.name)));
  const iso = (instant: Instant) => new Date(instant).toISOString();
  return {
    schema: REPORT_SCHEMA,
    run: {
      ...{ id: run.id, startedAt: iso(run.startedAt), finishedAt: iso(finishedAt) },
      vantage: [...vantages].toSorted().join(', ') || DEFAULT_VANTAGE,
      complete,
    },
    summary: tally.summary(endpoints),
    count: order.length,
    part: (index) => parts.part(order[index]?.index ?? -1),
  };
};
