/** The connections of an endpoint, or one of its routes, at one address. */
import type { Presented } from '../../model/probe.ts';
import type { Bypass, Endpoint } from '../../model/registry.ts';
import { firstAddress, type Located } from '../../probe/addresses.ts';
import type { ProbeTarget } from '../../probe/conversation.ts';
import { bareSession } from '../../probe/session.ts';
import type { ChainJudge } from '../load/chain-judge.ts';
import { type ConfirmChain, chainConfirmer, dialConfirmed, learning } from './confirm-chain.ts';
import { changesBy } from './detour-changes.ts';
import { type Dialling, type DialPorts, dialler } from './dial.ts';
import { type Presenting, usable } from './presenting.ts';
import type { Connect, Connections, ConnectOptions } from './types.ts';

const PLAIN: ConnectOptions = { control: null };

const presentsCertificate = ({ kind }: Presented): boolean => kind === 'identity' || kind === 'minted';

export const connectionsTo = (
  endpoint: Endpoint,
  located: Located,
  material: Presenting,
  ports: DialPorts,
  judge: Pick<ChainJudge, 'verified' | 'learn' | 'awaits'>,
): Connections & { readonly confirmChain: ConfirmChain } => {
  const dial = learning(dialler(endpoint, material, ports), judge.learn);
  const { missing, values } = material.secretHeaders;
  const hasSecrets = missing === null && Object.keys(values).length > 0;
  const trusts =
    (name: string | null): ProbeTarget['trusts'] =>
    (chain, heard) =>
      missing === null && judge.verified(chain, name, heard);
  const confirmer = chainConfirmer(endpoint, located, dial, judge.awaits);

  const locate = locating(endpoint, ports);
  const connect: Connect = async (presented, tls, options) => {
    const { elsewhere, place } = changesBy(options.detour, endpoint);
    const there = elsewhere === null ? located : await locate(elsewhere);
    const dialling = {
      presented,
      tls,
      options,
      located: there,
      place,
      trusts: trusts(elsewhere?.host ?? null),
      ...sessionsTo(options),
    };
    return hasSecrets && presentsCertificate(presented)
      ? dialConfirmed(dialling, dial, judge.awaits, confirmer)
      : dial(dialling);
  };

  return {
    connect,
    isHere: hereAt(endpoint, located, ports),
    earn: earnAt(endpoint, located, material, ports),
    ...identitiesOf(material),
    confirmChain: confirmer.confirmChain,
  };
};

/** The address of a bypass, looked for once: that may take as long as a connection. */
const locating = ({ timeout }: Endpoint, { resolve, guard }: DialPorts) => {
  const known = new Map<Bypass, Promise<Located>>();
  return (bypass: Bypass): Promise<Located> => {
    const found = known.get(bypass) ?? firstAddress(bypass, timeout, resolve, guard);
    known.set(bypass, found);
    return found;
  };
};

/** Secret headers belong to the endpoint: a sibling is never sent them. */
const earnAt =
  (endpoint: Endpoint, located: Located, material: Presenting, ports: DialPorts): Connections['earn'] =>
  async (sibling, presented, tls) => {
    const sessions: Buffer[] = [];
    const onSession = (session: Buffer) => sessions.push(session);
    const http = { ...endpoint.http, method: sibling.method, body: null };
    const dialThere = dialler({ ...endpoint, http }, material, ports);
    // Where a certificate is requested, what a client without one earns is not offered (`detours.ts`).
    const unlessRequested = presented.kind === 'none';
    const to = { located, place: sibling, trusts: () => false };
    const dialling = { presented, tls, options: PLAIN, ...to, onSession, unlessRequested };
    const observation = await dialThere(dialling);
    const session = sessions.at(-1);
    return observation === null || session === undefined ? null : { offered: bareSession(session), observation };
  };

const hereAt =
  ({ timeout }: Endpoint, located: Located, ports: DialPorts): Connections['isHere'] =>
  async ({ host, port }) => {
    if ('unresolved' in located || port !== located.port) return false;
    const found = await ports.resolve(host, timeout);
    return found.ok && found.ips.includes(located.ip);
  };

const sessionsTo = ({ onSession }: ConnectOptions): Pick<Dialling, 'onSession'> =>
  onSession === undefined ? {} : { onSession: (session) => onSession(bareSession(session)) };

const identitiesOf = (material: Presenting): Pick<Connections, 'certificateOf' | 'isLoaded'> => ({
  certificateOf: (identity) => {
    const credentials = usable(identity, material);
    return 'reason' in credentials ? null : credentials.certificatePem;
  },
  isLoaded: (identity) => material.identities.has(identity),
});
