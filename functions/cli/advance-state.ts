/** The regression logic of AWS on a state file: one part of the report at a time. */

import { resolve } from 'node:path';
import type { SuiteRequest } from '../../shared/model/names.ts';
import type { Registry } from '../../shared/model/registry.ts';
import type { ReportInParts } from '../../shared/model/report.ts';
import type { ShownSilence } from '../../shared/model/silence.ts';
import type { Transition } from '../../shared/model/state.ts';
import type { Instant } from '../../shared/model/time.ts';
import { absorbDue } from '../../shared/pipeline/announce/absorb-due.ts';
import { closeRemoved } from '../../shared/pipeline/announce/close-removed.ts';
import { type Kept, keptSilences } from '../../shared/pipeline/announce/keep-silences.ts';
import { recordResults } from '../../shared/pipeline/announce/record-results.ts';
import { stateUpdates } from '../../shared/pipeline/run/state-updates.ts';
import { suitesOf } from '../../shared/plan/plan.ts';
import { goneFrom, type PlannedPlaces } from '../../shared/plan/planned-places.ts';
import { shownSilences, silencesHolding } from '../../shared/regression/silenced-incidents.ts';
import { familyOf } from '../../shared/scenario/catalogue.ts';
import { partsOf } from '../../shared/verdict/make-report.ts';
import type { FileStore } from './file-store.ts';
import { ledgerOf } from './registry-ledger.ts';

export type StateOptions = {
  /** Path of the registry, and of the state file. */
  readonly registryPath: string;
  readonly state: string;
  readonly suite: SuiteRequest;
  /** Names of endpoints; undefined for all. */
  readonly endpoint?: readonly string[] | undefined;
};

export type Advanced = {
  readonly changes: readonly Transition[];
  /** Changes that are silenced: a file keeps none. */
  readonly waiting: readonly Transition[];
  readonly silences: ReturnType<typeof silencesHolding>;
  readonly shown: readonly ShownSilence[];
  /** Of the first run with its file: what the next one is compared with; null in any other. */
  readonly first: { readonly endpoints: number; readonly checks: number } | null;
};

/** Returns the due transitions, and what is silenced. Only a run of all endpoints that came to its end closes what has left the registry, in its own suite. */
export const advanceState = async (
  { store, close, isFirst }: FileStore,
  registry: Registry,
  report: ReportInParts,
  { registryPath, state, suite, endpoint: wanted }: StateOptions,
): Promise<Advanced> => {
  const { id, startedAt, vantage, complete } = report.run;
  const run = { id, startedAt: Date.parse(startedAt) };
  const closes = wanted === undefined && complete;
  const common = {
    ...{ run, vantage, suites: suitesOf(suite), closes },
    ...{ identities: registry.identities, defaults: registry },
  };
  const endpoints = registry.endpoints.filter(({ name }) => wanted?.includes(name) ?? true);
  const read = readIn(report);
  const ledger = ledgerOf(store, resolve(state), resolve(registryPath));
  const planned = new Set(await ledger.keys());
  for (let index = 0; index < report.count; index += 1) {
    const part = report.part(index);
    const health = part.checks.flatMap(({ scenario, subject }) =>
      familyOf(scenario) === 'own-identity' && subject !== null ? [subject] : [],
    );
    const sources = part.checks.flatMap(({ scenario, subject }) =>
      familyOf(scenario) === 'own-source' && subject !== null ? [{ source: subject }] : [],
    );
    const scope = { ...common, endpoints: endpoints.slice(index, index + 1), health, sources, read };
    for (const update of stateUpdates(scope, part)) {
      await recordResults(store, update);
      planned.add(update.key);
    }
  }
  if (closes) {
    const gone = goneFrom(plannedHere(registry, vantage), { suite, schedule: null }, [...planned]);
    await closeRemoved(store, gone, run);
    for (const key of gone) planned.delete(key);
  }
  await ledger.replace(planned);
  // All is told at once, and a file has room for it.
  const settings = { remindAfter: registry.remindAfter, mostClosings: Number.POSITIVE_INFINITY };
  await absorbDue({ store, clock: () => run.startedAt, settings }, await store.withDue());
  const { endpoints: seen, checks } = report.summary;
  const told = toldOf(await keptSilences(store), run.startedAt, await close());
  return { ...told, first: isFirst ? { endpoints: seen, checks } : null };
};

/** Silences that the document of a report names. */
const NAMED = 100;

const toldOf = ({ stored, incidents }: Kept, now: Instant, due: readonly Transition[]): Omit<Advanced, 'first'> => {
  const isWaiting = ({ silenced, incident }: Transition): boolean => silenced === true && incident === undefined;
  return {
    changes: due.filter((each) => !isWaiting(each)),
    waiting: due.filter(isWaiting),
    silences: silencesHolding(stored, incidents, now),
    shown: shownSilences(stored, incidents, now, { most: NAMED, named: true }),
  };
};

/** Names of the sources that the run could read, as far as it judged them. */
const readIn = (report: ReportInParts): readonly string[] =>
  [...partsOf(report)].flatMap(({ checks }) =>
    checks.flatMap(({ scenario, subject, code }) =>
      familyOf(scenario) === 'own-source' && subject !== null && code !== 'SOURCE_UNREADABLE' ? [subject] : [],
    ),
  );

/** A check on this machine asks each endpoint from here, and looks at every identity. */
const plannedHere = ({ endpoints, identities, sources = {} }: Registry, vantage: string): PlannedPlaces => ({
  sources: new Set(Object.keys(sources)),
  endpoints: new Map(endpoints.map(({ name, schedule }) => [name, { from: [vantage], schedule }])),
  identities: new Set(Object.keys(identities)),
});
