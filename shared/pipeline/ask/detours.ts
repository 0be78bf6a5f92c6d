/** sni-bypass, bypass-address and resumption: the same server by another name, another address, another's session. */
import type { Check, Twist } from '../../model/check.ts';
import type { Presented } from '../../model/probe.ts';
import type { Endpoint, Sibling } from '../../model/registry.ts';
import type { Attempt, Trial } from '../../verdict/judge/trial.ts';
import { type Asking, askAlone, askOther, isAccepted } from './attempts.ts';
import type { Asker, Earned } from './types.ts';

/** Null where there is nothing to try at this address. */
export const askSni = async (
  endpoint: Endpoint,
  check: Check,
  { serverName }: Extract<Twist, { kind: 'sni' }>,
  control: Attempt | null,
  asker: Asker,
): Promise<Asking | null> => {
  const named = endpoint.siblings.filter((sibling) => sibling.serverName === serverName);
  const here = named.length === 0 || (await Promise.all(named.map(asker.isHere))).includes(true);
  return here ? askOther(endpoint, check, control, asker.ask, { kind: 'sni', serverName }) : null;
};

/** Under its own name, then under the endpoint's: a load balancer may know one of them only. */
export const askBypass = async (
  endpoint: Endpoint,
  check: Check,
  { bypass }: Extract<Twist, { kind: 'bypass' }>,
  control: Attempt | null,
  { ask }: Asker,
): Promise<Trial> => {
  const as = async (named: 'itself' | 'endpoint') =>
    askAlone(await askOther(endpoint, check, control, ask, { kind: 'bypass', bypass, named }), false);
  const own = await as('itself');
  const borrowed = await as('endpoint');
  return { check, attempts: [...own.attempts, ...borrowed.attempts] };
};

/** A pair: where a session is earned and as whom. */
type Pair = { readonly sibling: Sibling; readonly earner: Presented };

/**
 * Never a session of an identity that the endpoint admits: resuming that is right. Where a neighbour admits none that this one refuses, a
 * session without any identity is tried, if the neighbour asks for none.
 */
const pairsOf = ({ siblings, refuses }: Endpoint): readonly Pair[] =>
  siblings.map((sibling) => {
    const earner = sibling.admits.find((identity) => refuses.includes(identity));
    return { sibling, earner: earner === undefined ? { kind: 'none' } : { kind: 'identity', identity: earner } };
  });

const earned = async ({ sibling, earner }: Pair, check: Check, asker: Asker): Promise<Earned | null> => {
  if (!(await asker.isHere(sibling))) return null;
  const session = await asker.earn(sibling, earner, check.tls);
  const asksForNone = session?.observation.certificateRequested === false;
  return earner.kind === 'identity' || asksForNone ? session : null;
};

const isUnclear = ({ attempts }: Trial): boolean => attempts.at(-1)?.outcome.kind === 'indeterminate';

/** Null where no neighbour gave a session that should not count here. */
export const askResumption = async (
  endpoint: Endpoint,
  check: Check,
  control: Attempt | null,
  asker: Asker,
): Promise<Trial | null> => {
  const trials: Trial[] = [];
  for (const pair of pairsOf(endpoint)) {
    const session = await earned(pair, check, asker);
    if (session === null) continue;
    const detour = { kind: 'session', offered: session.offered } as const;
    const { attempts } = await askAlone(await askOther(endpoint, check, control, asker.ask, detour), false);
    const aside = { kind: 'session', at: pair.sibling.name, by: session.observation.presented } as const;
    trials.push({ check, attempts, aside });
  }
  const decisive = trials.find(({ attempts }) => attempts.some(isAccepted)) ?? trials.find(isUnclear) ?? trials.at(-1);
  if (decisive === undefined) return null;
  const others = trials.filter((trial) => trial !== decisive);
  return { ...decisive, attempts: [...others, decisive].flatMap(({ attempts }) => attempts) };
};
