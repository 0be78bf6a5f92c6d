/**
 * Due transitions × open incidents → which of them are told, under which incident, and which incidents are over.
 *
 * Deterministic, and repeatable: a transition that was absorbed and is met again (its report died before it was taken out of `due`) gets the same
 * decision, for as long as nothing later of its check was absorbed.
 */
import type { Incidents } from '../model/incident.ts';
import type { Transition } from '../model/state.ts';
import type { AbsorbSettings } from './absorb-settings.ts';
import type { Arrival } from './arrival.ts';
import { inOrder } from './arrival-order.ts';
import { Board } from './incident-board.ts';
import { type Told, withoutOver } from './silencing.ts';

/**
 * `told`: with the mark of its incident. Null: it is not told, since its incident explains it, or its closing tells it, or nobody is told of its incident.
 * `silenced`: it is not told now, and has to be found again.
 */
export type Decision = { readonly arrival: Arrival; readonly told: Told };

export type Absorbed = {
  readonly incidents: Incidents;
  readonly decisions: readonly Decision[];
  readonly closings: readonly Transition[];
};

export const NO_INCIDENTS: Incidents = { open: [], closed: [] };

/** Decides as many as there is room for, the oldest first; the others are decided once the closings are published. */
export const absorb = (before: Incidents, arrivals: readonly Arrival[], settings: AbsorbSettings): Absorbed => {
  const { silences = [], now } = settings;
  const board = new Board(withoutOver(before, silences, now), settings);
  const decisions: Decision[] = [];
  for (const arrival of arrivals.toSorted(inOrder)) {
    if (board.isCrowded) break;
    decisions.push({ arrival, told: board.decide(arrival) });
  }
  return { incidents: board.incidents(), decisions, closings: board.closings };
};
