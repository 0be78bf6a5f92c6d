/** The report of a deployed run, from its batches' results: the same document as `check` writes. */
import { DEFAULT_VANTAGE } from '../../model/registry.ts';
import type { CheckResult, PartStore, ReportInParts, ReportPart, ServedChain } from '../../model/report.ts';
import type { Dated } from '../../model/report-facts.ts';
import type { BatchResult, RunIdentity } from '../../model/run.ts';
import type { ShownSilence } from '../../model/silence.ts';
import { type Instant, iso } from '../../model/time.ts';
import { suitesOf } from '../../plan/plan.ts';
import { REPORT_SCHEMA, reportTally } from '../../verdict/make-report.ts';
import { linked } from './registry-facts.ts';

type Ended = {
  /** Whether every batch left all its results. */
  readonly whole: boolean;
  readonly finishedAt: Instant;
  /** URL of the runbook's page, where an endpoint has none of its own. Default: none. */
  readonly runbook?: string | null;
  /** Silences that hold. Default: none. */
  readonly silences?: readonly ShownSilence[];
};

type Named = { readonly index: number; readonly name: string };

/** Behind the name of every endpoint, in every order. */
const LAST = '\uffff';

/** Of one batch, and so from one vantage: a part for each endpoint, and one for the identities. */
const partsOfBatch = ({ checks, servedChains, facts }: BatchResult, runbook: string | null) => {
  const chains = Map.groupBy(servedChains, ({ endpoint }) => endpoint);
  const known = new Map((facts?.endpoints ?? []).map((notes) => [notes.about.name, notes]));
  return [...Map.groupBy(checks, ({ endpoint }) => endpoint)].map(
    ([endpoint, own]: [string | null, readonly CheckResult[]]) => {
      const { about, runbook: page = runbook } = known.get(endpoint ?? '') ?? {};
      const served: readonly ServedChain[] = endpoint === null ? [] : (chains.get(endpoint) ?? []);
      const part: ReportPart = { checks: linked(own, page), servedChains: served, ...(about && { about }) };
      return { name: endpoint ?? LAST, part };
    },
  );
};

/** What all batches say together of the registry. */
const factCollector = () => {
  const dates = new Map<string, Dated>();
  const names = new Set<string>();
  let registered: number | undefined;
  return {
    add: ({ facts, checks }: BatchResult): void => {
      for (const { endpoint } of checks) if (endpoint !== null) names.add(endpoint);
      for (const each of facts?.dates ?? []) dates.set(JSON.stringify(each), each);
      registered ??= facts?.registered;
    },
    dates: (): readonly Dated[] => [...dates.values()],
    leftOut: (): number | undefined => (registered === undefined ? undefined : Math.max(0, registered - names.size)),
  };
};

/**
 * Reads the results once and keeps nothing of them but what `parts` keeps. The parts are in the order of the endpoints' names, one for each of their
 * vantages, and last the identities' and the dates.
 */
export const keptReport = async (
  run: Pick<RunIdentity, 'id' | 'startedAt' | 'suite'>,
  results: AsyncIterable<BatchResult | null>,
  { whole, finishedAt, runbook = null, silences = [] }: Ended,
  parts: PartStore,
): Promise<ReportInParts> => {
  const [tally, facts, named, vantages] = [reportTally(), factCollector(), [] as Named[], new Set<string>()];
  let [complete, batch, endpoints] = [whole, 0, 0];
  const keep = (name: string, part: ReportPart): void => {
    if (name !== LAST) endpoints += 1;
    parts.keep(named.length, part);
    named.push({ index: named.length, name });
  };
  for await (const result of results) {
    complete &&= result?.complete === true;
    if (result !== null) {
      const waivers = (result.facts?.endpoints ?? []).flatMap((notes) => notes.waivers);
      tally.add(batch, result.checks, result.notCovered, waivers);
      facts.add(result);
      vantages.add(result.vantage ?? DEFAULT_VANTAGE);
      for (const { name, part } of partsOfBatch(result, runbook)) keep(name, part);
    }
    batch += 1;
  }
  const order = named.toSorted((one, other) => (one.name < other.name ? -1 : Number(one.name > other.name)));
  const [dates, leftOut] = [facts.dates(), facts.leftOut()];
  const ends: readonly ReportPart[] = dates.length === 0 ? [] : [{ checks: [], servedChains: [], dates }];
  return {
    schema: REPORT_SCHEMA,
    run: {
      ...{ id: run.id, startedAt: iso(run.startedAt), finishedAt: iso(finishedAt) },
      ...{ vantage: [...vantages].toSorted().join(', ') || DEFAULT_VANTAGE, complete },
      suites: [...suitesOf(run.suite)],
      ...(leftOut !== undefined && { leftOut }),
    },
    summary: { ...tally.summary(endpoints), ...(silences.length > 0 && { silences }) },
    count: order.length + ends.length,
    part: (index) => ends[index - order.length] ?? parts.part(order[index]?.index ?? -1),
  };
};
