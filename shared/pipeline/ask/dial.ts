/** One connection of a run: what is presented, where, under which name, what is said. */
import type { TlsVersion } from '../../model/names.ts';
import type { Observation, Presented } from '../../model/probe.ts';
import type { Endpoint, Place } from '../../model/registry.ts';
import type { Instant } from '../../model/time.ts';
import { addressText, type Located, type Resolve } from '../../probe/addresses.ts';
import type { ProbeTarget } from '../../probe/conversation.ts';
import type { Limits } from '../../probe/limits.ts';
import type { Guard } from '../../probe/refused-addresses.ts';
import { runProbe } from '../../probe/run-probe.ts';
import { silent } from '../../probe/silent.ts';
import { h2c } from '../../protocol/http2.ts';
import { speakerOf } from '../../protocol/protocols.ts';
import type { Clock } from '../ports.ts';
import { type Context, contextFor, nameOf, type Presenting } from './presenting.ts';
import type { AskOptions, Detour } from './types.ts';

export type AskPorts = Presenting & {
  readonly limits: Limits;
  readonly clock: Clock;
  readonly resolve: Resolve;
  /** Default: no link-local address and no metadata services of AWS. */
  readonly guard?: Guard;
  /** No attempt starts that could end after it. */
  readonly deadline: () => Instant;
  /** The run's start: what dates are compared with. */
  readonly now: Instant;
};

/** One connection to be made. */
export type Dialling = {
  readonly presented: Presented;
  readonly tls: TlsVersion | null;
  readonly options: AskOptions;
  readonly located: Located;
  readonly place: Place;
  readonly trusts: ProbeTarget['trusts'];
  readonly onSession?: (session: Buffer) => void;
  /** Nothing is written once TLS stands, and no secret with it: only the served chain is wanted. */
  readonly handshakeOnly?: boolean;
};

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

export type Dial = (dialling: Dialling) => Promise<Observation | null>;

/** What is said there, and to whom. */
const targetOf = (
  endpoint: Endpoint,
  { presented, options: { detour, listenFirst, patience = 1 }, place, trusts, onSession, handshakeOnly }: Dialling,
  address: ProbeTarget['address'],
  { value: context, presentedBytes, verifies = false }: Extract<Context, { ok: true }>,
  { secretHeaders, guard }: AskPorts,
): ProbeTarget => {
  const { http, timeout, protocol, alpn } = endpoint;
  const { path, hostHeader: host, serverName } = place;
  const request = { method: http.method, path, host, headers: headersOf(endpoint, detour), body: http.body };
  const speaker = detour?.kind === 'prior-knowledge' ? h2c(request) : speakerOf(protocol, request);
  return {
    presented: nameOf(presented),
    address,
    serverName,
    context,
    presentedBytes,
    verifies,
    speaker: handshakeOnly === true ? silent(speaker) : speaker,
    alpn,
    trusts,
    secretHeaders: handshakeOnly === true ? {} : secretHeaders.values,
    timeout,
    listenFirst,
    patience,
    askStaple: presented.kind === 'identity' && detour === undefined && onSession === undefined,
    ...(detour?.kind === 'session' ? { offered: detour.offered } : {}),
    ...(onSession === undefined ? {} : { onSession }),
    ...(guard === undefined ? {} : { guard }),
  };
};

/** Null once the run has no time left for another connection. Never rejects. */
export const dialler = (endpoint: Endpoint, ports: AskPorts): Dial => {
  const { limits, clock, secretHeaders } = ports;
  const { perAddress, perSecond, timeout } = endpoint;
  const hasTime = (wait = 0) => clock() + wait + timeout <= ports.deadline();
  return async (dialling) => {
    const { presented, tls, options, located, place, onSession } = dialling;
    const { detour, control, pause = 0 } = options;
    if (!hasTime(pause)) return null;
    if ('unresolved' in located) {
      const reason = located.unresolved;
      return failed(presented, clock(), { kind: 'unreachable', phase: 'connect', at: 'dns', reason });
    }
    const tickets = detour?.kind === 'session' || onSession !== undefined;
    const context = await contextFor(presented, { tls, control, tickets }, endpoint, ports);
    if (!context.ok) return failed(presented, clock(), { kind: 'unusable', phase: 'connect', reason: context.reason });
    const { ip, port, leftOut } = located;
    const target = targetOf(endpoint, dialling, { ip, port }, context, ports);
    const observation = await limits(addressText(located), { perAddress, perSecond, pause }, async () =>
      hasTime() ? runProbe(target, clock) : null,
    );
    if (observation === null) return null;
    return {
      ...observation,
      ...differences(detour, place),
      ...(secretHeaders.missing === null ? {} : { withheldFor: secretHeaders.missing }),
      ...(leftOut === undefined ? {} : { leftOut }),
    };
  };
};
