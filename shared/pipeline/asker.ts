/** Turns what a check presents into one connection: address, secure context, what is said. */
import type { CertificateFacts } from '../model/certificate.ts';
import type { TlsVersion } from '../model/names.ts';
import type { Observation, Presented } from '../model/probe.ts';
import type { Endpoint, Place, Sibling } from '../model/registry.ts';
import type { Instant } from '../model/time.ts';
import { addressText, firstAddress, type Located, type Resolve } from '../probe/addresses.ts';
import type { ProbeTarget } from '../probe/conversation.ts';
import type { Limits } from '../probe/limits.ts';
import { runProbe } from '../probe/run-probe.ts';
import { bareSession } from '../probe/session.ts';
import { speakerOf } from '../probe/speakers.ts';
import type { Ask, Asker, AskOptions, Detour, Earned } from './ask.ts';
import type { Clock } from './ports.ts';
import { contextFor, nameOf, type Presenting, usable } from './presenting.ts';

export type AskPorts = Presenting & {
  readonly limits: Limits;
  readonly clock: Clock;
  readonly resolve: Resolve;
  /** No attempt starts that could end after it. */
  readonly deadline: () => Instant;
  /** The run's start: what dates are compared with. */
  readonly now: Instant;
};

/** Whether a served chain may be told a secret; `name` is what it must bear in place of the endpoint's own, null for that. */
export type Verified = (chain: readonly CertificateFacts[], name: string | null) => boolean;

/** One connection to be made. */
type Dialling = {
  readonly presented: Presented;
  readonly tls: TlsVersion | null;
  readonly options: AskOptions;
  readonly located: Located;
  readonly place: Place;
  readonly trusts: ProbeTarget['trusts'];
  readonly onSession?: (session: Buffer) => void;
};

const PLAIN: AskOptions = { listenFirst: false, control: null };

const failed = (presented: Presented, startedAt: Instant, ended: Observation['ended']): Observation => ({
  presented: nameOf(presented),
  address: null,
  tls: null,
  startedAt,
  durationMs: 0,
  certificateRequested: null,
  certificateSent: null,
  ended,
  answer: null,
  servedChain: [],
  withheld: [],
});

/** Where a question goes and what it calls the server there. */
const placeOf = (endpoint: Endpoint, detour: Detour | undefined): Place => {
  if (detour?.kind === 'sni') return { ...endpoint, serverName: detour.serverName };
  if (detour?.kind !== 'bypass') return endpoint;
  const { serverName, hostHeader } = detour.named === 'itself' ? detour.bypass : endpoint;
  return { ...detour.bypass, serverName, hostHeader };
};

/** A header of the registry's own stays: the endpoint is asked as it always is, and forged names come besides. */
const headersOf = ({ http }: Endpoint, detour: Detour | undefined): Readonly<Record<string, string>> => {
  const own = Object.entries(http.headers);
  const names = new Set(own.map(([name]) => name.toLowerCase()));
  const forged = Object.entries(detour?.kind === 'headers' ? detour.headers : {});
  return Object.fromEntries([
    ...own.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    ...forged.filter(([name]) => !names.has(name.toLowerCase())),
  ]);
};

/** What of a question differs from how the control is asked, as evidence shows it. */
const differences = (detour: Detour | undefined, { serverName }: Place): Partial<Observation> => {
  if (detour?.kind === 'headers') return { headers: Object.keys(detour.headers) };
  return detour?.kind === 'sni' || detour?.kind === 'bypass' ? { sni: serverName } : {};
};

/** `endpoint`, or one of its routes, as it is at one address. */
export const asker = (endpoint: Endpoint, located: Located, ports: AskPorts, verified: Verified): Asker => {
  const { limits, clock, secretHeaders } = ports;
  const hasTime = (wait = 0) => clock() + wait + endpoint.timeout <= ports.deadline();
  const trusts =
    (name: string | null): ProbeTarget['trusts'] =>
    (chain) =>
      secretHeaders.missing === null && verified(chain, name);

  const dial = async (dialling: Dialling): Promise<Observation | null> => {
    const { presented, tls, options, place, onSession } = dialling;
    const { detour, control, listenFirst, pause = 0 } = options;
    if (!hasTime(pause)) return null;
    if ('unresolved' in dialling.located) {
      const reason = dialling.located.unresolved;
      return failed(presented, clock(), { kind: 'unreachable', phase: 'connect', at: 'dns', reason });
    }
    const tickets = detour?.kind === 'session' || onSession !== undefined;
    const context = await contextFor(presented, { tls, control, tickets }, endpoint, ports);
    if (!context.ok) return failed(presented, clock(), { kind: 'unusable', phase: 'connect', reason: context.reason });
    const { http, timeout, protocol, alpn } = endpoint;
    const { path, hostHeader: host, serverName } = place;
    const request = { method: http.method, path, host, headers: headersOf(endpoint, detour), body: http.body };
    const target: ProbeTarget = {
      presented: nameOf(presented),
      address: dialling.located,
      serverName,
      context: context.value,
      presentedBytes: context.presentedBytes,
      speaker: speakerOf(protocol, request, timeout),
      alpn,
      secretHeaders: secretHeaders.values,
      trusts: dialling.trusts,
      timeout,
      listenFirst,
      ...(detour?.kind === 'session' ? { offered: { ...detour.offered, madeFor: serverName } } : {}),
      ...(onSession === undefined ? {} : { onSession }),
    };
    const { perAddress, perSecond } = endpoint;
    const observation = await limits(addressText(target.address), { perAddress, perSecond, pause }, async () =>
      hasTime() ? runProbe(target, clock) : null,
    );
    return observation === null ? null : { ...observation, ...differences(detour, place) };
  };

  const ask: Ask = async (presented, tls, options) => {
    const { detour } = options;
    const bypass = detour?.kind === 'bypass' ? detour.bypass : null;
    return dial({
      presented,
      tls,
      options,
      located: bypass === null ? located : await firstAddress(bypass, endpoint.timeout, ports.resolve),
      place: placeOf(endpoint, detour),
      trusts: trusts(bypass?.host ?? null),
    });
  };

  const isHere = async ({ host, port }: Sibling): Promise<boolean> => {
    if ('unresolved' in located || port !== located.port) return false;
    const found = await ports.resolve(host, endpoint.timeout);
    return found.ok && found.ips.includes(located.ip);
  };

  /** Secrets are the endpoint's own: nobody else is told them. */
  const earn = async (sibling: Sibling, presented: Presented, tls: TlsVersion | null): Promise<Earned | null> => {
    const sessions: Buffer[] = [];
    const onSession = (session: Buffer) => sessions.push(session);
    const dialling = { presented, tls, options: PLAIN, located, place: sibling, trusts: () => false, onSession };
    const observation = await dial(dialling);
    const session = sessions.at(-1);
    return observation === null || session === undefined
      ? null
      : { offered: { session: bareSession(session), madeFor: sibling.serverName }, observation };
  };

  const certificateOf = (identity: string): string | null => {
    const credentials = usable(identity, ports);
    return 'reason' in credentials ? null : credentials.certificatePem;
  };

  const isLoaded = (identity: string) => ports.identities.has(identity);

  return { ask, isHere, earn, certificateOf, isLoaded };
};
