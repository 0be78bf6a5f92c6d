/** The first attempt at each check whose client must be refused, by the check's detour. */
import type { Check } from '../../model/check.ts';
import type { Endpoint } from '../../model/registry.ts';
import type { Trial } from '../../verdict/judge/trial.ts';
import { firstAttempt, isAccepted } from './attempts.ts';
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
        isPlaintext(check) && isHttp2(prober.endpoint) ? bothPlaintexts(check, prober) : firstAttempt(check, prober),
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
const isHttp2 = ({ protocol }: Endpoint): boolean => protocol.kind === 'http' && protocol.version === 2;

/** A port may serve HTTP/1.1, HTTP/2 or both without TLS: each must be refused. */
const bothPlaintexts = async (check: Check, prober: Prober): Promise<OpenTrial | Trial> => {
  const [first, second] = await Promise.all([
    firstAttempt(check, prober),
    firstAttempt(check, prober, { priorKnowledge: true }),
  ]);
  if (first.attempts.some(isAccepted)) return first;
  if (second.attempts.some(isAccepted)) return second;
  const unclear = [first, second].find(({ attempts }) => attempts.at(-1)?.outcome.kind === 'indeterminate') ?? second;
  return { check, attempts: [...(unclear === first ? second : first).attempts, ...unclear.attempts] };
};
