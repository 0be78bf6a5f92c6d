/** An endpoint, or one of its routes, at one address: everything that a sweep may ask there. */
import type { TlsVersion } from '../../model/names.ts';
import type { Presented } from '../../model/probe.ts';
import type { Endpoint, Place, Sibling } from '../../model/registry.ts';
import { firstAddress, type Located } from '../../probe/addresses.ts';
import type { ProbeTarget } from '../../probe/conversation.ts';
import { bareSession } from '../../probe/session.ts';
import type { ChainJudge } from '../load/chain-judge.ts';
import { type Confirming, confirming, dialConfirmed, learning } from './confirm-chain.ts';
import { type AskPorts, dialler } from './dial.ts';
import { usable } from './presenting.ts';
import type { Ask, Asker, AskOptions, Detour, Earned } from './types.ts';

const PLAIN: AskOptions = { listenFirst: false, control: null };

const presentsCertificate = ({ kind }: Presented): boolean => kind === 'identity' || kind === 'minted';

/** Where a question goes and what it calls the server there. */
const placeOf = (endpoint: Endpoint, detour: Detour | undefined): Place => {
  if (detour?.kind === 'sni') return { ...endpoint, serverName: detour.serverName };
  if (detour?.kind !== 'bypass') return endpoint;
  const { serverName, hostHeader } = detour.named === 'itself' ? detour.bypass : endpoint;
  return { ...detour.bypass, serverName, hostHeader };
};

export const asker = (
  endpoint: Endpoint,
  located: Located,
  ports: AskPorts,
  judge: Pick<ChainJudge, 'verified' | 'learn' | 'awaits'>,
): Asker & Pick<Confirming, 'confirm'> => {
  const dial = learning(dialler(endpoint, ports), judge.learn);
  const trusts =
    (name: string | null): ProbeTarget['trusts'] =>
    (chain, heard) =>
      ports.secretHeaders.missing === null && judge.verified(chain, name, heard);
  const hasSecrets = ports.secretHeaders.missing === null && Object.keys(ports.secretHeaders.values).length > 0;

  const words = confirming(endpoint, located, dial, judge.awaits);

  const ask: Ask = async (presented, tls, options) => {
    const bypass = options.detour?.kind === 'bypass' ? options.detour.bypass : null;
    const there = bypass === null ? located : await firstAddress(bypass, endpoint.timeout, ports.resolve, ports.guard);
    const place = placeOf(endpoint, options.detour);
    const dialling = { presented, tls, options, located: there, place, trusts: trusts(bypass?.host ?? null) };
    return hasSecrets && presentsCertificate(presented)
      ? dialConfirmed(dialling, dial, judge.awaits, words)
      : dial(dialling);
  };

  const isHere = async ({ host, port }: Sibling): Promise<boolean> => {
    if ('unresolved' in located || port !== located.port) return false;
    const found = await ports.resolve(host, endpoint.timeout);
    return found.ok && found.ips.includes(located.ip);
  };

  /** Secrets are the endpoint's own: no neighbour is told them. */
  const earn = async (sibling: Sibling, presented: Presented, tls: TlsVersion | null): Promise<Earned | null> => {
    const sessions: Buffer[] = [];
    const onSession = (session: Buffer) => sessions.push(session);
    const http = { ...endpoint.http, method: sibling.method, body: null };
    const dialThere = dialler({ ...endpoint, http }, ports);
    const dialling = { presented, tls, options: PLAIN, located, place: sibling, trusts: () => false, onSession };
    const observation = await dialThere(dialling);
    const session = sessions.at(-1);
    return observation === null || session === undefined ? null : { offered: bareSession(session), observation };
  };

  const certificateOf = (identity: string): string | null => {
    const credentials = usable(identity, ports);
    return 'reason' in credentials ? null : credentials.certificatePem;
  };

  const isLoaded = (identity: string) => ports.identities.has(identity);
  return { ask, isHere, earn, certificateOf, isLoaded, confirm: words.confirm };
};
