/** resumed-identity: the control comes back with the TLS session that it was given, as a client with a session cache does. */
import type { Check, DetourNamed } from '../../model/check.ts';
import { isRefusedReturn } from '../../verdict/judge/judge-returning.ts';
import type { Attempt, Trial } from '../../verdict/judge/trial.ts';
import { afterPause, isAccepted } from './attempts.ts';
import type { AttemptOptions, Earned, OpenLane, Prober } from './types.ts';

/** `before`: the closing control, where it asked for a session. Null for a check of another scenario. No attempts where no control was accepted, or where the run has no time left. */
export const attemptResumedIdentity = async (
  check: Check,
  { control, controls, prober }: Pick<OpenLane, 'control' | 'controls' | 'prober'>,
  before: Earned | null = null,
): Promise<Trial | null> => {
  const { detour } = check;
  if (detour?.kind !== 'resumed-identity') return null;
  const accepted = controls.find(({ attempts }) => control !== null && attempts.includes(control));
  if (accepted === undefined) return { check, attempts: [] };
  const own = { ...check, presented: accepted.check.presented };
  const first = await comeBack(own, detour, prober, {}, before);
  if (first.back === null || isAccepted(first.back)) return trialOf(check, detour, [first], null);
  const listenFirst = first.back.observation.ended.kind === 'closed';
  const second = await comeBack(own, detour, prober, { listenFirst, ...afterPause(first.back) });
  const third = isUndecided(first.back, second.back) ? await comeBack(own, detour, prober, { listenFirst }) : null;
  const returns = [first, second, ...(third === null ? [] : [third])];
  const { back } = returns.at(-1) ?? first;
  return trialOf(check, detour, returns, back === null || isAccepted(back) ? null : await prober.attempt(own));
};

/** Refused once, and the other time the session was not taken up, or silence said nothing of it. */
const isUndecided = (first: Attempt, second: Attempt | null): boolean =>
  second !== null &&
  isRefusedReturn(first) !== isRefusedReturn(second) &&
  !(isAccepted(second) && second.observation.resumed === true);

/** One handshake that earns a session, and one that offers it. */
type Return = { readonly earned: Attempt | null; readonly given: boolean; readonly back: Attempt | null };

const earn = async (
  check: Check,
  prober: Prober,
  options: AttemptOptions,
): Promise<{ readonly attempt: Attempt | null; readonly sessions: readonly Buffer[] }> => {
  const sessions: Buffer[] = [];
  const onSession = (session: Buffer) => void sessions.push(session);
  return { attempt: await prober.attempt(check, { ...options, onSession }), sessions };
};

/** `before`: a handshake that was made already. */
const comeBack = async (
  check: Check,
  detour: DetourNamed<'resumed-identity'>,
  prober: Prober,
  options: AttemptOptions = {},
  before: Earned | null = null,
): Promise<Return> => {
  const { attempt: earned, sessions } = before ?? (await earn(check, prober, options));
  // A ticket of TLS 1.3 is for one use: the newest has not been offered yet.
  const offered = sessions.at(-1);
  if (earned === null || !isAccepted(earned) || offered === undefined)
    return { earned, given: offered !== undefined, back: null };
  const trusted = earned.observation.withheld.length === 0;
  const { listenFirst = false } = options;
  const back = await prober.attempt(check, { listenFirst, detour: { ...detour, offered, trusted } });
  return { earned, given: true, back };
};

const trialOf = (
  check: Check,
  detour: DetourNamed<'resumed-identity'>,
  returns: readonly Return[],
  fresh: Attempt | null,
): Trial => ({
  check,
  attempts: [...returns.flatMap(({ earned, back }) => [earned, back]), fresh].filter((each) => each !== null),
  aside: { ...detour, given: returns.some(({ given }) => given) },
});
