/** The order in which due transitions are decided. */
import { SCENARIO_NAMES } from '../model/names.ts';
import type { Transition } from '../model/state.ts';
import { type Arrival, isEnd, rank } from './arrival.ts';

const place = ({ scenario }: Transition): number => (scenario === null ? -1 : SCENARIO_NAMES.indexOf(scenario));
const compare = (one: string, other: string): number => (one < other ? -1 : Number(one > other));

/** By run, the oldest first; what is over before what begins; the worst first, since it explains the rest; the control first, since it explains the other scenarios. */
export const inOrder = ({ transition: a, key: inA }: Arrival, { transition: b, key: inB }: Arrival): number =>
  a.runStartedAt - b.runStartedAt ||
  Number(isEnd(b)) - Number(isEnd(a)) ||
  rank(b.severity) - rank(a.severity) ||
  place(a) - place(b) ||
  compare(a.check, b.check) ||
  compare(inA, inB);
