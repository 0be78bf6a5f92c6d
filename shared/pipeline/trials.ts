/** One check's connections: how often something is asked before it is believed. */
import type { Check } from '../model/check.ts';
import type { Observation, Outcome } from '../model/probe.ts';
import type { Endpoint } from '../model/registry.ts';
import { classifyControl, classifyPlaintext, classifyProbe } from '../verdict/classify.ts';
import type { Attempt, Trial } from '../verdict/trial.ts';
import type { Ask } from './ask.ts';

type Try = (listenFirst: boolean) => Promise<Attempt | null>;

/** A trial that may need to go on. */
export type Asking = Trial & { readonly again: Try };

const attempter =
  (
    { presented, tls }: Check,
    ask: Ask,
    control: Attempt | null,
    classify: (observation: Observation) => Outcome,
  ): Try =>
  async (listenFirst) => {
    const options = { listenFirst, control: control?.observation.presented ?? null };
    const observation = presented === null ? null : await ask(presented, tls, options);
    return observation === null ? null : { observation, outcome: classify(observation) };
  };

/** A rejected or failed control is asked once more. */
export const askControl = async (endpoint: Endpoint, check: Check, ask: Ask): Promise<Trial> => {
  const attempt = attempter(check, ask, null, (observation) => classifyControl(observation, endpoint));
  const first = await attempt(false);
  if (first === null) return { check, attempts: [] };
  const final = first.outcome.kind === 'accepted' || first.observation.ended.kind === 'unusable';
  const second = final ? null : await attempt(first.observation.ended.kind === 'closed');
  return { check, attempts: second === null ? [first] : [first, second] };
};

/** Everything that must be refused, for the first time: side by side with the others. */
export const askOther = async (
  endpoint: Endpoint,
  check: Check,
  control: Attempt | null,
  ask: Ask,
): Promise<Asking> => {
  const classify = check.presented?.kind === 'plaintext' ? classifyPlaintext : classifyProbe;
  const again = attempter(check, ask, control, (observation) =>
    classify(observation, endpoint, control?.observation.answer ?? null),
  );
  const first = await again(false);
  // A server that stalls for a while must not look like one that drops what it refuses.
  const second = first !== null && isSilence(first) ? await again(false) : null;
  const attempts = [first, second].filter((each) => each !== null);
  return { check, attempts: attempts.some(isAccepted) ? await confirm(attempts, again) : attempts, again };
};

/**
 * A close is no refusal yet. A TLS alert may have been lost to a write that failed, so the second try listens before it writes; and a server
 * that limits connections closes what comes in a burst, so it comes alone.
 */
export const askAlone = async ({ check, attempts, again }: Asking): Promise<Trial> => {
  const [first] = attempts;
  if (first === undefined || first.observation.ended.kind !== 'closed') return { check, attempts };
  const second = await again(check.presented?.kind !== 'plaintext');
  const both = second === null ? attempts : [first, second];
  return { check, attempts: both.some(isAccepted) ? await confirm(both, again) : both };
};

const isSilence = ({ outcome }: Attempt): boolean => outcome.kind === 'rejected' && outcome.by === 'silence';
const isAccepted = ({ outcome }: Attempt): boolean => outcome.kind === 'accepted';

/** A forbidden acceptance is confirmed by a fresh connection; where they differ, two more tell how many of several backends are open. */
const confirm = async ([first, other]: readonly Attempt[], again: Try): Promise<readonly Attempt[]> => {
  const second = other ?? (await again(false));
  const both = [first, second].filter((each) => each !== undefined && each !== null);
  if (both.length < 2 || both.every(isAccepted)) return both;
  const more = [await again(false), await again(false)];
  return [...both, ...more.filter((each) => each !== null)];
};
