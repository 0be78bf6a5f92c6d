/** The closing control of a lane: no refusal is proven without it. */
import { familyOf } from '../../scenario/catalogue.ts';
import type { Lane, Trial } from '../../verdict/judge/trial.ts';
import { afterPause, isAccepted } from './attempts.ts';
import { repeatControl } from './controls.ts';
import type { Earned, OpenLane } from './types.ts';
import type { Course } from './watch.ts';

/** A lane with its closing control, and the session that this control was given. */
export type Closed = { readonly lane: Lane; readonly earned: Earned | null };

/** Wave 5: the closing control, where a client of this lane, or of `plaintext`, was refused. It asks for a session if one is to be resumed afterwards. */
export const closeLane = async (
  lane: OpenLane,
  others: readonly Trial[],
  plaintext: readonly Trial[],
  course: Course,
): Promise<Closed> => {
  const { tls, controls, control, unreachableControl, derived } = lane;
  const isDue = [...others, ...plaintext].some(isRefused);
  const { earned = null, ...closing } = isDue ? await attemptClosing(lane, course) : NOT_CLOSED;
  const closingMissed = isDue && control !== null && closing.closingControl === null;
  return { lane: { tls, controls, control, ...closing, closingMissed, unreachableControl, others, derived }, earned };
};

type Closing = Pick<Lane, 'closingControl' | 'closingFailure'> & { readonly earned?: Earned | null };
const NOT_CLOSED: Closing = { closingControl: null, closingFailure: null };

/**
 * A closing control that failed, but was not refused, gets a second attempt, as the opening one does: one 502 proves nothing about the refusals. A
 * closing control that was refused gets none: a second attempt could succeed after a ban or a rate limit has ended, and hide it.
 */
const attemptClosing = async (lane: OpenLane, course: Course): Promise<Closing> => {
  const sessions: Buffer[] = [];
  const returns = lane.checks.some(({ scenario }) => familyOf(scenario) === 'returning-control');
  const asking = returns ? { onSession: (session: Buffer) => void sessions.push(session) } : {};
  const first = await repeatControl(lane, course, asking);
  const fails =
    first !== null &&
    first.outcome.kind === 'indeterminate' &&
    !['limited', 'unusable', 'unread'].includes(first.outcome.why);
  const earned = returns && first !== null && isAccepted(first) ? { attempt: first, sessions } : null;
  if (!fails) return { closingControl: first, closingFailure: null, earned };
  const second = await repeatControl(lane, course, afterPause(first));
  return { closingControl: second ?? first, closingFailure: second === null ? null : first };
};

const isRefused = ({ attempts }: Trial): boolean => attempts.at(-1)?.outcome.kind === 'rejected';
