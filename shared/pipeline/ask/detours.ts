/** sni-bypass, bypass-address and resumption: the endpoint under another name, at another address, with a session of another endpoint. */
import type { Check, DetourNamed } from '../../model/check.ts';
import type { Presented } from '../../model/probe.ts';
import type { Endpoint, Sibling } from '../../model/registry.ts';
import type { Trial } from '../../verdict/judge/trial.ts';
import { firstAttempt, isAccepted, retryAlone } from './attempts.ts';
import type { EarnedSession, OpenTrial, Prober } from './types.ts';

/** Null where the name belongs to other endpoints and none of them is at this address. */
export const attemptSniBypass = async (
  check: Check,
  detour: DetourNamed<'sni-bypass'>,
  prober: Prober,
): Promise<OpenTrial | null> => {
  const named = prober.endpoint.siblings.filter((sibling) => sibling.serverName === detour.serverName);
  const isHere = named.length === 0 || (await Promise.all(named.map(prober.isHere))).includes(true);
  return isHere ? firstAttempt(check, prober, { detour, mayShare: true }) : null;
};

/** Under its own name, then under the endpoint's: a load balancer may know only one of them. */
export const attemptBypassAddress = async (
  check: Check,
  detour: DetourNamed<'bypass-address'>,
  prober: Prober,
): Promise<Trial> => {
  const as = async (named: 'itself' | 'endpoint') =>
    retryAlone(await firstAttempt(check, prober, { detour: { ...detour, named } }), false);
  const [own, borrowed] = await Promise.all([as('itself'), as('endpoint')]);
  return { check, attempts: [...own.attempts, ...borrowed.attempts] };
};

/** Where a session is earned, and by which client. */
type Pair = { readonly sibling: Sibling; readonly earner: Presented };

/**
 * Never by an identity that the endpoint admits: it may resume its session here. Where a sibling admits no identity that this endpoint refuses,
 * the client without a certificate earns the session, if the sibling requests none.
 */
const pairsOf = ({ siblings, refuses }: Endpoint): readonly Pair[] =>
  siblings.map((sibling) => {
    const earner = sibling.admits.find((identity) => refuses.includes(identity));
    return { sibling, earner: earner === undefined ? { kind: 'none' } : { kind: 'identity', identity: earner } };
  });

const sessionOf = async ({ sibling, earner }: Pair, check: Check, prober: Prober): Promise<EarnedSession | null> => {
  if (!(await prober.isHere(sibling))) return null;
  const session = await prober.earn(sibling, earner, check.tls);
  const requestsNone = session?.observation.certificateRequested === false;
  return earner.kind === 'identity' || requestsNone ? session : null;
};

const isUnclear = ({ attempts }: Trial): boolean => attempts.at(-1)?.outcome.kind === 'indeterminate';

/** Every sibling’s session side by side. Null where no sibling at this address gave a session that must not be resumed here. */
export const attemptResumption = async (
  check: Check,
  detour: DetourNamed<'resumption'>,
  prober: Prober,
): Promise<Trial | null> => {
  const tried = pairsOf(prober.endpoint).map(async (pair): Promise<Trial | null> => {
    const session = await sessionOf(pair, check, prober);
    if (session === null) return null;
    const taken = { ...detour, offered: session.offered };
    const { attempts } = await retryAlone(await firstAttempt(check, prober, { detour: taken }), false);
    const aside = { ...detour, at: pair.sibling.name, by: session.observation.presented };
    return { check, attempts, aside };
  });
  const trials = (await Promise.all(tried)).filter((trial) => trial !== null);
  const decisive = trials.find(({ attempts }) => attempts.some(isAccepted)) ?? trials.find(isUnclear) ?? trials.at(-1);
  if (decisive === undefined) return null;
  const others = trials.filter((trial) => trial !== decisive);
  return { ...decisive, attempts: [...others, decisive].flatMap(({ attempts }) => attempts) };
};
