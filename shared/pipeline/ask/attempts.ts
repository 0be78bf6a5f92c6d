/** One check's connections: how often something is asked before it is believed. */
import type { Check } from '../../model/check.ts';
import type { Answer, Observation, Outcome } from '../../model/probe.ts';
import type { Endpoint } from '../../model/registry.ts';
import { type Milliseconds, SECOND } from '../../model/time.ts';
import {
  classifyBypass,
  classifyControl,
  classifyPlaintext,
  classifyProbe,
  classifySni,
} from '../../verdict/classify/classify.ts';
import type { Attempt, Trial } from '../../verdict/judge/trial.ts';
import type { Ask, AskOptions, Detour } from './types.ts';

/** One more connection; null where the run has no time left for it. */
export type Try = (options?: Partial<AskOptions>) => Promise<Attempt | null>;

/** A trial that may need to go on. */
export type Asking = Trial & { readonly again: Try };

type Classify = (observation: Observation, endpoint: Endpoint, control: Answer | null) => Outcome;

export const attempter =
  ({ presented, tls }: Check, endpoint: Endpoint, ask: Ask, control: Attempt | null, classify: Classify): Try =>
  async (options = {}) => {
    const like = control?.observation.presented ?? null;
    const observation =
      presented === null ? null : await ask(presented, tls, { listenFirst: false, control: like, ...options });
    if (observation === null) return null;
    return { observation, outcome: classify(observation, endpoint, control?.observation.answer ?? null) };
  };

/** A limiter of rates says when to come again (RFC 6585 §4, RFC 9110 §10.2.3); it is believed for so long at the most. */
const LONGEST_PAUSE: Milliseconds = 5 * SECOND;
/** nginx's limiter says 503 unless told otherwise (limit_req_status). */
const isLimited = ({ outcome, observation: { answer } }: Attempt): boolean =>
  outcome.kind === 'indeterminate' && (outcome.why === 'limited' || (answer?.kind === 'http' && answer.status === 503));
const pauseOf = ({ observation: { answer } }: Attempt): Milliseconds =>
  Math.min((answer?.kind === 'http' ? (answer.retryAfter ?? 1) : 1) * SECOND, LONGEST_PAUSE);

/** A rejected or failed control is asked once more. */
export const askControl = async (endpoint: Endpoint, check: Check, ask: Ask): Promise<Trial> => {
  const attempt = attempter(check, endpoint, ask, null, classifyControl);
  const first = await attempt();
  if (first === null) return { check, attempts: [] };
  const { kind } = first.observation.ended;
  const final = first.outcome.kind === 'accepted' || kind === 'unusable' || kind === 'address-refused';
  const second = final
    ? null
    : await attempt({
        listenFirst: kind === 'closed',
        ...(isLimited(first) ? { pause: pauseOf(first) } : {}),
      });
  return { check, attempts: second === null ? [first] : [first, second] };
};

const classifierOf = ({ presented, twist }: Check): Classify => {
  if (twist?.kind === 'sni') return classifySni;
  if (twist?.kind === 'bypass') return classifyBypass;
  return presented?.kind === 'plaintext' ? classifyPlaintext : classifyProbe;
};

/** Everything that must be refused, for the first time: side by side with the others. */
export const askOther = async (
  endpoint: Endpoint,
  check: Check,
  control: Attempt | null,
  ask: Ask,
  detour?: Detour,
): Promise<Asking> => {
  const attempt = attempter(check, endpoint, ask, control, classifierOf(check));
  const again: Try = (options = {}) => attempt(detour === undefined ? options : { ...options, detour });
  const first = await again();
  // A server that stalls for a while must not look like one that drops what it refuses.
  const second = first !== null && isSilence(first) ? await again() : null;
  const attempts = [first, second].filter((each) => each !== null);
  return { check, attempts: attempts.some(isAccepted) ? await confirm(attempts, again) : attempts, again };
};

/**
 * A close is no refusal yet. A TLS alert may have been lost to a write that failed, so the second try listens before it writes; and a server
 * that limits connections closes what comes in a burst, so it comes alone. So does one that met a limiter of rates, after a pause.
 */
export const askPatiently = async (
  first: Attempt | null,
  again: Try,
  { plaintext = false, crowded = false }: { readonly plaintext?: boolean; readonly crowded?: boolean } = {},
): Promise<readonly Attempt[]> => {
  if (first === null) return [];
  const closed = first.observation.ended.kind === 'closed';
  if (!closed && !isLimited(first) && !(crowded && first.outcome.kind === 'rejected')) return [first];
  const second = await again({
    listenFirst: closed && !plaintext,
    ...(isLimited(first) ? { pause: pauseOf(first) } : {}),
  });
  return second === null ? [first] : [first, second];
};

/** `crowded`: a control among the first attempts was not let in, so none of what they were told counts. */
export const askAlone = async ({ again, ...trial }: Asking, crowded: boolean): Promise<Trial> => {
  const [first] = trial.attempts;
  if (first === undefined || trial.attempts.length > 1) return trial;
  const plaintext = trial.check.presented?.kind === 'plaintext';
  const attempts = await askPatiently(first, again, { plaintext, crowded });
  return {
    ...trial,
    attempts: attempts.some(isAccepted) && attempts.length > 1 ? await confirm(attempts, again) : attempts,
  };
};

const isSilence = ({ outcome }: Attempt): boolean => outcome.kind === 'rejected' && outcome.by === 'silence';
export const isAccepted = ({ outcome }: Attempt): boolean => outcome.kind === 'accepted';

/** Times the window of a first try: an acceptance that only rests on an open connection waits longer before it is cried out. */
const PATIENCE = 4;

/** A forbidden acceptance is confirmed by a fresh connection; where they differ, two more tell how many of several backends are open. */
export const confirm = async ([first, other]: readonly Attempt[], again: Try): Promise<readonly Attempt[]> => {
  const patiently = { patience: PATIENCE };
  const second = other ?? (await again(patiently));
  const both = [first, second].filter((each) => each !== undefined && each !== null);
  if (both.length < 2 || both.every(isAccepted)) return both;
  const more = [await again(patiently), await again(patiently)];
  return [...both, ...more.filter((each) => each !== null)];
};
