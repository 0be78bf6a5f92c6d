/** The attempts of one check: how many connections are made before an outcome is final. */
import type { Check } from '../../model/check.ts';
import type { Ended } from '../../model/probe.ts';
import { type Milliseconds, SECOND } from '../../model/time.ts';
import type { Attempt, Trial } from '../../verdict/judge/trial.ts';
import { askInHttp2 } from './http2-only.ts';
import type { AttemptOptions, OpenTrial, Prober, Retry } from './types.ts';

/** A rate limiter says when to try again (RFC 6585 §4, RFC 9110 §10.2.3). A longer pause than this is cut short. */
const LONGEST_PAUSE: Milliseconds = 5 * SECOND;
/** nginx's rate limiter answers 503 by default (limit_req_status). */
const isLimited = ({ outcome, observation: { answer } }: Attempt): boolean =>
  outcome.kind === 'indeterminate' && (outcome.why === 'limited' || (answer?.kind === 'http' && answer.status === 503));
/** Default: one second, where the limiter names none. */
const pauseOf = ({ observation: { answer } }: Attempt): Milliseconds =>
  Math.min((answer?.kind === 'http' ? (answer.retryAfter ?? 1) : 1) * SECOND, LONGEST_PAUSE);
/** Options of the attempt that follows. */
export const afterPause = (attempt: Attempt): AttemptOptions => (isLimited(attempt) ? { pause: pauseOf(attempt) } : {});

export const isTimedOut = ({ observation: { ended } }: Attempt): boolean => ended.kind === 'timed-out';

/** No second connection ends otherwise within a run. */
const UNCHANGED: readonly Ended['kind'][] = ['unusable', 'unread', 'address-refused'];

/**
 * A control that was not accepted gets a second attempt, unless no connection can change that. `silence`: `waits` leaves the second attempt after a
 * silence to the caller, who makes it side by side with other checks. Default: it is made at once.
 */
export const attemptControl = async (check: Check, prober: Prober, silence?: 'waits'): Promise<Trial> => {
  const first = await prober.attempt(check);
  if (first === null) return { check, attempts: [] };
  const { kind } = first.observation.ended;
  const isLeft = isTimedOut(first) && (silence === 'waits' || prober.isSilent === true);
  const isFinal = isAccepted(first) || isLeft || UNCHANGED.includes(kind);
  const second = isFinal ? null : await prober.attempt(check, { listenFirst: kind === 'closed', ...afterPause(first) });
  const attempts = second === null ? [first] : [first, second];
  const inHttp2 = await askInHttp2(check, attempts.at(-1) ?? first, prober);
  return { check, attempts: inHttp2 === null ? attempts : [...attempts, inHttp2] };
};

/** What the first attempt at a check fixes for its retries. */
type Way = Pick<AttemptOptions, 'detour' | 'priorKnowledge'>;

/** The first attempt at a check whose client must be refused, side by side with those of other checks. `mayShare` holds for this one alone. */
export const firstAttempt = async (
  check: Check,
  prober: Prober,
  { mayShare, ...way }: Way & Pick<AttemptOptions, 'mayShare'> = {},
): Promise<OpenTrial> => {
  const retry: Retry = (options = {}) => prober.attempt(check, { ...options, ...way });
  const first = await retry(mayShare === true ? { mayShare } : {});
  // An open server that stalls for a while looks like a server that drops what it refuses.
  const second = first !== null && isSilence(first) && prober.isSilent !== true ? await retry() : null;
  const attempts = [first, second].filter((each) => each !== null);
  return { check, attempts: attempts.some(isAccepted) ? await confirmAcceptance(attempts, retry) : attempts, retry };
};

type Circumstances = {
  /** No TLS alert can come. Default: false. */
  readonly plaintext?: boolean;
  /** The control was not accepted among the first attempts, so no refusal among them proves anything. Default: false. */
  readonly crowded?: boolean;
};

/** A proxy whose backend failed for a moment answers 502 and its like: one of them proves nothing about the client. */
const isPassing = ({ outcome, observation: { answer } }: Attempt): boolean =>
  outcome.kind === 'indeterminate' &&
  (outcome.why === 'failing' || (answer?.kind === 'http' ? answer.status >= 500 : answer?.meaning === 'fails'));

/** For `tls://`: the server greeted and closed, where the control got an answer. */
const isClosedBehindWords = ({ outcome, observation: { answer } }: Attempt): boolean =>
  outcome.kind === 'rejected' && outcome.by === 'close' && answer?.kind === 'protocol' && answer.closed === true;

/**
 * A close may hide a TLS alert that was lost to a failed write: the second attempt listens before it writes. A close, a refusal in a crowd and a
 * rate limiter's answer may come from a limit on connections: the second attempt is made while no other connection is open, after a pause if
 * the rate limiter names one. The same holds after an answer of an application that fails. A refusal of another connection is asked after all where the
 * same handshake had another end since.
 */
export const retryDoubtful = async (
  first: Attempt | null,
  retry: Retry,
  { plaintext = false, crowded = false }: Circumstances = {},
): Promise<readonly Attempt[]> => {
  if (first === null) return [];
  const closed = first.observation.ended.kind === 'closed' || isClosedBehindWords(first);
  if (!closed && !isLimited(first) && !isPassing(first) && !(crowded && first.outcome.kind === 'rejected'))
    return first.observation.sharedFrom === undefined ? [first] : askIfMixed(first, retry);
  const second = await retry({ listenFirst: closed && !plaintext, ...afterPause(first) });
  return second === null ? [first] : [first, second];
};

const askIfMixed = async (first: Attempt, retry: Retry): Promise<readonly Attempt[]> => {
  const again = await retry({ standing: first.observation });
  return again === null || again.observation.sharedFrom !== undefined ? [first] : [first, again];
};

/** Completes a trial while no other connection to the endpoint is open. */
export const retryAlone = async (trial: OpenTrial | Trial, crowded: boolean): Promise<Trial> => {
  if (!('retry' in trial)) return trial;
  const { otherWay, ...own } = trial;
  const completed = await retryOwnWay(own, crowded);
  return otherWay === undefined ? completed : otherWay(completed, crowded);
};

/** Once more late in the sweep, where another connection's refusal is all that a trial has: `started` is as it was before it was completed. */
export const retryShared = async (started: OpenTrial | Trial, completed: Trial): Promise<Trial> =>
  'retry' in started && completed.attempts.at(-1)?.observation.sharedFrom !== undefined
    ? retryOwnWay({ ...completed, retry: started.retry }, false)
    : completed;

/** The same for one way of asking. */
export const retryOwnWay = async ({ retry, ...started }: OpenTrial, crowded: boolean): Promise<Trial> => {
  const [first] = started.attempts;
  if (first === undefined || started.attempts.length > 1) return started;
  const plaintext = started.check.presented?.kind === 'plaintext';
  const attempts = await retryDoubtful(first, retry, { plaintext, crowded });
  const isOpen = attempts.length > 1 && attempts.some(isAccepted);
  return { ...started, attempts: isOpen ? await confirmAcceptance(attempts, retry) : attempts };
};

const isSilence = ({ outcome }: Attempt): boolean => outcome.kind === 'rejected' && outcome.by === 'silence';
export const isAccepted = ({ outcome }: Attempt): boolean => outcome.kind === 'accepted';

/** Factor of the window: an acceptance that rests on an open connection only is reported after a longer wait. */
const PATIENCE = 4;
export const PATIENTLY: AttemptOptions = { patience: PATIENCE };

/** One more connection confirms a forbidden acceptance. Where the two differ, two more show how many of several backends are open. */
export const confirmAcceptance = async (
  [first, other]: readonly Attempt[],
  retry: Retry,
): Promise<readonly Attempt[]> => {
  const second = other ?? (await retry(PATIENTLY));
  const both = [first, second].filter((each) => each !== undefined && each !== null);
  if (both.length < 2 || both.every(isAccepted)) return both;
  const more = [await retry(PATIENTLY), await retry(PATIENTLY)];
  return [...both, ...more.filter((each) => each !== null)];
};
