/** forged-header: all families of headers together, then each by itself where together they made a difference. */
import type { Check } from '../../model/check.ts';
import { combined, forgedFamilies, type HeaderFamily } from '../../pki/proxy-headers.ts';
import { familyOf } from '../../scenario/catalogue.ts';
import { isSameAnswer } from '../../verdict/classify/same-answer.ts';
import type { Attempt, Trial } from '../../verdict/judge/trial.ts';
import { confirmAcceptance, isAccepted, isTimedOut, retryDoubtful } from './attempts.ts';
import type { OpenLane, Prober, Retry } from './types.ts';

/** The attempts that are left, to be made while no other connection to the endpoint is open. */
export type Rest = () => Promise<Trial>;

type Known = {
  /** The same client without forged headers, where another check attempted it; else null. */
  readonly bare: Attempt | null;
  /** A control whose certificate cannot be used: no header can claim its identity. */
  readonly unusable: Attempt | undefined;
};

type Requests = {
  readonly bare: Retry;
  readonly together: readonly Retry[];
  readonly families: readonly { readonly name: string; readonly retry: Retry }[];
};

/** The first attempts of a lane, side by side. `others`: the lane's trials so far. */
export const startForgedHeaders = async (
  { checks, controls, unreachableControl, prober }: OpenLane,
  others: readonly Trial[],
): Promise<readonly Rest[]> => {
  const forged = checks.filter(({ detour }) => detour?.kind === 'forged-header');
  if (unreachableControl !== null) return forged.map((check) => async () => ({ check, attempts: [] }));
  const attempts = controls.flatMap((trial) => trial.attempts);
  const unusable = attempts.find(({ observation: { ended } }) => ['unusable', 'unread'].includes(ended.kind));
  const started = await Promise.all(
    forged.map((check) => startForgedHeader(check, prober, { bare: bareOf(check, others), unusable })),
  );
  return started.filter((rest) => rest !== null);
};

/** The same client without forged headers. */
const bareOf = ({ presented }: Check, others: readonly Trial[]): Attempt | null => {
  const isBare = ({ check }: Trial): boolean =>
    check.detour === null &&
    (presented?.kind === 'identity'
      ? check.presented?.kind === 'identity' && check.presented.identity === presented.identity
      : familyOf(check.scenario) === 'bare');
  const bare = others.find(isBare);
  return bare?.attempts.find(isAccepted) ?? bare?.attempts.at(-1) ?? null;
};

/** Null where there is no identity to claim and no control says why. */
const startForgedHeader = async (
  check: Check,
  prober: Prober,
  { bare: known, unusable }: Known,
): Promise<Rest | null> => {
  const claimed = familiesOf(prober);
  if (claimed === null) return unusable === undefined ? null : async () => ({ check, attempts: [unusable] });
  // Whether headers made a difference could not be known.
  if (prober.isSilent === true && known !== null && isTimedOut(known))
    return async () => ({ check, attempts: [], cut: 'silence' });
  const requests = requestsOf(check, claimed, prober);
  const bare = known ?? (await requests.bare());
  const first = (await requests.together[0]?.({ mayShare: true })) ?? null;
  if (bare === null || first === null) return async () => ({ check, attempts: [] });
  return () => finishForgedHeader(check, requests, bare, first);
};

const requestsOf = (check: Check, claimed: readonly HeaderFamily[], prober: Prober): Requests => {
  const withHeaders =
    (headers: HeaderFamily['headers']): Retry =>
    (options = {}) =>
      prober.attempt(check, { ...options, detour: { kind: 'forged-header', headers } });
  return {
    bare: (options = {}) => prober.attempt(check, options),
    together: combined(claimed).map(withHeaders),
    families: claimed.map(({ name, headers }) => ({ name, retry: withHeaders(headers) })),
  };
};

const finishForgedHeader = async (check: Check, requests: Requests, bare: Attempt, first: Attempt): Promise<Trial> => {
  const { attempts: together, retry } = await attemptTogether(requests.together, bare, first);
  if (isAccepted(bare) || !together.some((each) => isReaction(each, bare)))
    return { check, attempts: together, aside: { kind: 'forged-header', bare, alone: [], worked: [] } };
  const tried: { readonly name: string; readonly retry: Retry; readonly attempts: readonly Attempt[] }[] = [];
  for (const family of requests.families)
    tried.push({ ...family, attempts: await retryDoubtful(await family.retry(), family.retry) });
  const worked = tried.filter(({ attempts }) => attempts.some(isAccepted));
  const attempts = [...together, ...tried.flatMap((each) => each.attempts)];
  const open = attempts.filter(isAccepted);
  // Two acceptances confirm each other; a single one is confirmed by another connection.
  const more = open.length === 1 ? (await confirmAcceptance(open, worked[0]?.retry ?? retry)).slice(1) : [];
  // The bare request may have been refused by a rate limiter: repeat it before the two are compared.
  const repeated = open.length > 0 ? await requests.bare() : null;
  return {
    check,
    attempts: [...attempts, ...more],
    aside: {
      kind: 'forged-header',
      bare: repeated ?? bare,
      alone: tried.flatMap((each) => each.attempts.slice(-1)),
      worked: worked.map(({ name }) => name),
    },
  };
};

/** Request after request until one gets a reaction. A server that answers none of them has read no header: the others are not sent. */
const attemptTogether = async (
  [head, ...others]: readonly Retry[],
  bare: Attempt,
  first: Attempt,
): Promise<{ readonly attempts: readonly Attempt[]; readonly retry: Retry }> => {
  const nothing: Retry = async () => null;
  let retry = head ?? nothing;
  const attempts = [...(await retryDoubtful(first, retry))];
  for (const next of others) {
    const last = attempts.at(-1);
    if (last === undefined || last.observation.answer === null || attempts.some((each) => isReaction(each, bare)))
      break;
    retry = next;
    attempts.push(...(await retryDoubtful(await next(), next)));
  }
  return { attempts, retry };
};

/** An acceptance, or a refusal that differs from the bare request's: the server reads one of these headers, or they are too large for it. */
const isReaction = (attempt: Attempt, bare: Attempt): boolean => {
  if (isAccepted(attempt)) return true;
  const [answer, bareAnswer] = [attempt.observation.answer, bare.observation.answer];
  if (answer === null) return bareAnswer !== null && attempt.outcome.kind === 'rejected';
  return bareAnswer === null || !isSameAnswer(answer, bareAnswer);
};

/** They claim the accepted control's identity; where none was accepted, the first of `admits` that has a usable certificate. */
const familiesOf = ({ endpoint, control, certificateOf }: Prober): readonly HeaderFamily[] | null => {
  const names = control?.observation.presented == null ? endpoint.admits : [control.observation.presented];
  const certificate = names.map(certificateOf).find((each) => each !== null);
  try {
    return certificate == null ? null : forgedFamilies(certificate);
  } catch {
    return null;
  }
};
