/** If a client was watched for longer than the control, and was refused late, the control is watched for as long. */
import { closedLaterThanControls, stayedOpen } from '../../verdict/judge/only-stayed-open.ts';
import type { Lane } from '../../verdict/judge/trial.ts';

/** A client that stayed open in one connection and not in a longer one, or was closed later than any control was watched. */
export const needsPatientControl = (lane: Lane): boolean =>
  lane.control !== null &&
  stayedOpen(lane.control) &&
  lane.others.some(({ attempts }) => {
    const isOpen = attempts.some(stayedOpen);
    return isOpen
      ? attempts.some(({ outcome }) => outcome.kind !== 'accepted')
      : attempts.some((attempt) => closedLaterThanControls(attempt, lane) !== null);
  });
