/** What closes when the registry no longer asks for it. docs/adr/0050 */
import { SCENARIO_NAMES } from '../model/names.ts';
import { type Announced, openIn } from '../model/open-state.ts';
import { DEFAULT_VANTAGE } from '../model/registry.ts';
import type { CheckState, StateItem, Transition } from '../model/state.ts';
import { placeOf } from '../model/state-key.ts';
import { iso } from '../model/time.ts';
import type { Run } from './check-state.ts';

/**
 * Takes everything out of an item that no run plans any more: each open check is due as a closing. Changes nothing if a run that started no earlier than this one
 * has seen the item: it may know a newer registry.
 */
export const withdraw = (item: StateItem, run: Run): { readonly item: StateItem; readonly changed: boolean } => {
  const known = Object.values(item.checks).map(({ lastRunStartedAt }) => lastRunStartedAt);
  const isLate = [...known, item.closedAt ?? Number.NEGATIVE_INFINITY].some((at) => at >= run.startedAt);
  if (isLate || known.length === 0) return { item, changed: false };
  const { key, suite, due, owner = null } = item;
  const closings = Object.entries(item.checks).flatMap(([id, state]) => closingOf({ key, owner }, id, state, run));
  return {
    changed: true,
    item: {
      ...{ key, suite, checks: {}, chains: {}, closedAt: run.startedAt },
      due: [...due, ...closings.map((transition) => ({ transition, claim: null }))],
    },
  };
};

/** None for a check that is not open. The endpoint and the vantage are read from the item's key, the scenario from the check's id. */
export const closingOf = (
  { key, owner }: { readonly key: string; readonly owner: string | null },
  id: string,
  state: CheckState,
  run: Run,
): readonly Transition[] => {
  const announced = openIn(state);
  if (announced === null) return [];
  const place = placeOf(key);
  const endpoint = place?.kind === 'endpoint' ? place.endpoint : null;
  return [
    {
      ...{ id: `${run.id}/${id}/closing`, kind: 'closing', check: id, endpoint, owner, subject: null },
      vantage: place?.kind === 'endpoint' ? place.vantage : DEFAULT_VANTAGE,
      scenario: scenarioIn(id, endpoint),
      ...{ code: 'CHECK_REMOVED', cause: null, severity: 'info', since: state.since },
      ...{ runId: run.id, runStartedAt: run.startedAt },
      message: messageOf(id, announced),
      advice:
        'Nothing, if it was taken out on purpose: what was found may still be there, and nobody looks any more. Otherwise put it back into the registry.',
      ...{ reproduce: null, evidence: [], ended: 'removed' },
      ...(announced.about !== undefined && { was: announced.about }),
    },
  ];
};

const messageOf = (id: string, { level, code, at }: Announced): string =>
  `The registry no longer asks for ${id}, so it is closed. It is not known to be right: when it was last announced, on ${iso(at).slice(0, 10)}, ${LEVELS[level]} (${code}).`;

const LEVELS: Readonly<Record<Announced['level'], string>> = {
  ok: 'it was right',
  failing: 'it failed',
  blind: 'it could not be judged',
};

/** `<endpoint>/<scenario>…` or `identity-health/<identity>`. */
const scenarioIn = (id: string, endpoint: string | null): Transition['scenario'] => {
  const rest = endpoint === null ? id : id.slice(endpoint.length + 1);
  return SCENARIO_NAMES.find((name) => name === rest.split(/[/@#]/u)[0]) ?? null;
};
