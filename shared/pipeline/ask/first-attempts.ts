/** The first attempt at each check whose client must be refused, by the check's detour. */
import type { Check } from '../../model/check.ts';
import type { Trial } from '../../verdict/judge/trial.ts';
import { firstAttempt, isAccepted, retryOwnWay } from './attempts.ts';
import { attemptBypassAddress, attemptResumption, attemptSniBypass } from './detours.ts';
import { attemptRotation } from './rotation.ts';
import type { OpenLane, OpenTrial, Prober } from './types.ts';

/** Null where this run has nothing to present for the check, or its first attempt belongs to a later wave. */
export const startTrial = async (
  check: Check,
  { unreachableControl, prober }: Pick<OpenLane, 'unreachableControl' | 'prober'>,
): Promise<OpenTrial | Trial | null> => {
  const { detour } = check;
  const ifReachable = (start: () => Promise<OpenTrial | Trial | null>) =>
    unreachableControl === null ? start() : { check, attempts: [] };
  switch (detour?.kind) {
    case undefined:
      return ifReachable(() =>
        isPlaintext(check) && prober.endpoint.protocol.kind === 'http'
          ? plaintextBothWays(check, prober)
          : firstAttempt(check, prober, { mayShare: true }),
      );
    case 'sni-bypass':
      return ifReachable(() => attemptSniBypass(check, detour, prober));
    case 'resumption':
      return ifReachable(() => attemptResumption(check, detour, prober));
    case 'bypass-address':
      // Another address may be reachable.
      return attemptBypassAddress(check, detour, prober);
    case 'rotation':
      // Without another version of the secret there is no check, whether the endpoint is reachable or not.
      return attemptRotation(check, prober);
    case 'forged-header':
      // It is compared with the same client without headers, which this wave attempts.
      return null;
    case 'missing-intermediate':
    case 'resumed-identity':
      // A rate limiter that refuses in a crowd would look like a server that refuses these clients: they are attempted last, alone.
      return null;
    default:
      return detour satisfies never;
  }
};

export const isPlaintext = ({ presented }: Check): boolean => presented?.kind === 'plaintext';

/** Without TLS the port answered in HTTP/1.1, as most TLS servers do (400). */
const isAnswered = ({ attempts }: Trial): boolean => attempts.some(({ observation: { answer } }) => answer !== null);

/**
 * A port may serve HTTP/1.1, HTTP/2 or both without TLS: each must be refused. HTTP/2 with prior knowledge (RFC 9113 §3.3) is asked beside HTTP/1.1: a
 * multiplexer that looks for HTTP/2's first bytes hands all others to its TLS server, which closes or answers 400.
 */
const plaintextBothWays = async (check: Check, prober: Prober): Promise<OpenTrial> => {
  const { protocol } = prober.endpoint;
  const asksBoth = protocol.kind === 'http' && protocol.version === 2;
  const [first, inHttp2] = await Promise.all([
    firstAttempt(check, prober),
    firstAttempt(check, prober, { priorKnowledge: true }),
  ]);
  const otherWay = async (completed: Trial, crowded: boolean): Promise<Trial> => {
    if (completed.attempts.length === 0 || completed.attempts.some(isAccepted)) return completed;
    // A server that answered in HTTP/1.1, as the registry says, need not answer in HTTP/2: there, only an acceptance says more.
    const decides = asksBoth || !isAnswered(completed);
    const second = decides || crowded ? await retryOwnWay(inHttp2, crowded) : inHttp2;
    const both = moreDoubtfulLast(completed, second);
    return decides || both.attempts.some(isAccepted) ? both : completed;
  };
  return { ...first, otherWay };
};

/** How much an attempt needs beside it to be a refusal: an unclear one cannot be one, and a close or silence needs a closing control. */
const doubtOf = ({ attempts }: Trial): number => {
  const outcome = attempts.at(-1)?.outcome;
  if (outcome?.kind !== 'rejected') return 2;
  return outcome.by === 'close' || outcome.by === 'silence' ? 1 : 0;
};

/** The last attempt, by which the check is judged, is the more doubtful one. Without time left for HTTP/2 the check has no attempt. */
const moreDoubtfulLast = (first: Trial, { check, attempts }: Trial): Trial => {
  if (attempts.length === 0 || attempts.some(isAccepted)) return { check, attempts };
  const [sure, doubtful] =
    doubtOf(first) > doubtOf({ check, attempts }) ? [attempts, first.attempts] : [first.attempts, attempts];
  return { check, attempts: [...sure, ...doubtful] };
};
