/** Makes one connection of a run, within its limits and its deadline. */
import type { TlsVersion } from '../../model/names.ts';
import type { NoValue } from '../../model/parsed.ts';
import { nameOf } from '../../model/presented.ts';
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
import { askOnce } from './ask-once.ts';
import { changesBy, type DetourChanges } from './detour-changes.ts';
import type { Handshakes } from './handshakes.ts';
import { type Context, contextFor, type Presenting } from './presenting.ts';
import { inTurn } from './turn.ts';
import type { ConnectOptions } from './types.ts';

export type DialPorts = {
  readonly limits: Limits;
  readonly clock: Clock;
  readonly resolve: Resolve;
  /** Default: no link-local address and no metadata services of AWS. */
  readonly guard?: Guard;
  /** What the run's handshakes have shown. Default: nothing is shared. */
  readonly handshakes?: Handshakes;
  /** Default: `runProbe`. */
  readonly probe?: typeof runProbe;
  /** No connection begins that could end after this time. */
  readonly deadline: () => Instant;
};

/** One connection to be made. */
export type Dialling = {
  readonly presented: Presented;
  readonly tls: TlsVersion | null;
  readonly options: ConnectOptions;
  readonly located: Located;
  /** Its path and names: those of another endpoint, where a session is earned there. */
  readonly place: Place;
  readonly trusts: ProbeTarget['trusts'];
  readonly onSession?: (session: Buffer) => void;
  /** Reads the served chain only: writes nothing after the handshake, so no secret header. Default: false. */
  readonly handshakeOnly?: boolean;
  /** No connection is made where the server is known to request a certificate in the handshake. Default: false. */
  readonly unlessRequested?: boolean;
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

const unpresented = ({ reason, transient, identity }: NoValue): Observation['ended'] => ({
  kind: transient ? 'unread' : 'unusable',
  phase: 'connect',
  reason,
  ...(identity !== undefined && { identity }),
});

/** The endpoint's own headers keep their values: a forged header of the same name is left out. */
const headersOf = ({ http }: Endpoint, forged: Readonly<Record<string, string>>): Readonly<Record<string, string>> => {
  const own = Object.entries(http.headers);
  const names = new Set(own.map(([name]) => name.toLowerCase()));
  return Object.fromEntries([
    ...own.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    ...Object.entries(forged).filter(([name]) => !names.has(name.toLowerCase())),
  ]);
};

export type Dial = (dialling: Dialling) => Promise<Observation | null>;

/** Builds the `ProbeTarget` of one connection. */
const targetOf = (
  endpoint: Endpoint,
  { presented, options, place, trusts, onSession, handshakeOnly }: Dialling,
  address: ProbeTarget['address'],
  { headers, offered, trusted }: DetourChanges,
  { value: context, presentedBytes, verifies = false }: Extract<Context, { ok: true }>,
  { secretHeaders }: Presenting,
  guard: Guard | undefined,
): ProbeTarget => {
  const { http, timeout, protocol, alpn } = endpoint;
  const { detour, listenFirst = false, patience = 1, priorKnowledge = false } = options;
  const { path, hostHeader: host, serverName } = place;
  const request = { method: http.method, path, host, headers: headersOf(endpoint, headers), body: http.body };
  const speaker = priorKnowledge ? h2c(request) : speakerOf(protocol, request);
  return {
    presented: nameOf(presented),
    address,
    serverName,
    context,
    presentedBytes,
    verifies,
    speaker: handshakeOnly === true ? silent(speaker) : speaker,
    alpn: priorKnowledge ? null : alpn,
    trusts,
    secretHeaders: handshakeOnly === true ? {} : secretHeaders.values,
    timeout,
    listenFirst,
    patience,
    askStaple: presented.kind === 'identity' && detour === undefined && onSession === undefined,
    ...(offered === null ? {} : { offered, trustsResumed: trusted }),
    ...(onSession === undefined ? {} : { onSession }),
    ...(guard === undefined ? {} : { guard }),
  };
};

/** Of a connection that was made for another attempt, the SNI was the same; headers were not sent. */
const shownOf = (
  { evidence: { sni, headers } }: DetourChanges,
  { sharedFrom }: Observation,
): DetourChanges['evidence'] => ({
  ...(sni === undefined ? {} : { sni }),
  ...(headers === undefined || sharedFrom !== undefined ? {} : { headers }),
});

/** Null once the run has no time left for another connection. Never rejects. */
export const dialler = (endpoint: Endpoint, material: Presenting, ports: DialPorts): Dial => {
  const { clock, probe = runProbe } = ports;
  const { secretHeaders } = material;
  return async (dialling) => {
    const { presented, tls, options, located, onSession } = dialling;
    const { detour, control } = options;
    const { hasTime, connect } = inTurn(endpoint, options, ports);
    if (!hasTime()) return null;
    if ('unresolved' in located) {
      const reason = located.unresolved;
      return failed(presented, clock(), { kind: 'unreachable', phase: 'connect', at: 'dns', reason });
    }
    const changes = changesBy(detour, endpoint);
    const tickets = changes.offered !== null || onSession !== undefined;
    const context = await contextFor(presented, { tls, control, tickets }, endpoint, material);
    if (!context.ok) return failed(presented, clock(), unpresented(context));
    const { ip, port, leftOut } = located;
    const target = targetOf(endpoint, dialling, { ip, port }, changes, context, material, ports.guard);
    const ask = askOnce(target, dialling, endpoint.name, secretHeaders, ports);
    const observation = await ask(
      (make) => connect(addressText(located), make),
      () => probe(target, clock),
    );
    if (observation === null) return null;
    return {
      ...observation,
      ...shownOf(changes, observation),
      ...(context.presentedKey === undefined ? {} : { presentedKey: context.presentedKey }),
      ...(secretHeaders.missing === null ? {} : { withheldFor: secretHeaders.missing }),
      ...(leftOut === undefined ? {} : { leftOut }),
    };
  };
};
