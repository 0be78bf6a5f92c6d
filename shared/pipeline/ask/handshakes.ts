/** What the handshakes of a run have shown, so that the same is not asked again for another path. docs/adr/0040 */
import type { TlsVersion } from '../../model/names.ts';
import type { Observation } from '../../model/probe.ts';
import type { Instant } from '../../model/time.ts';
import { addressText } from '../../probe/addresses.ts';
import type { ProbeTarget } from '../../probe/target.ts';
import { isRefusedUnread, isSharedAt, type Refusal, requestsOfEveryPath, SHARED_FOR } from './shareable.ts';

/** All that a server sees of a client in the handshake: equal for two connections if and only if their handshakes are. */
export type Handshake = {
  /** What is presented, in which versions: a context is made once for each. */
  readonly context: object;
  /** Address, SNI, ALPN, forced version. */
  readonly hello: string;
  readonly askStaple: boolean;
};

/** Null for a connection without a handshake of its own: without TLS, after an upgrade, or with an offered session. One that asks for a session has another context. */
export const handshakeOf = (target: ProbeTarget, tls: TlsVersion | null): Handshake | null => {
  const { context, speaker, address, serverName, alpn, offered, askStaple = false } = target;
  if (context === null || speaker.upgrade !== null || offered !== undefined) return null;
  const hello = JSON.stringify([addressText(address), serverName, alpn ?? speaker.alpn, tls]);
  return { context, hello, askStaple };
};

export type Handshakes = {
  /**
   * Called with each connection of the run that has a handshake of its own. `by`: the endpoint that it was made for. `control`: the identity that was
   * accepted there before; null where none was, and a refusal then proves nothing for any endpoint.
   */
  readonly learn: (handshake: Handshake, observation: Observation, by: string, control: string | null) => void;
  /** The refusal of this very handshake, with its endpoint; null where it has to be asked. Counts as one attempt spared. */
  readonly refusal: (handshake: Handshake, now: Instant) => Observation | null;
  /** Whether this handshake had another end in this run: what it was refused with then stands for nothing. */
  readonly isMixed: (handshake: Handshake) => boolean;
  /** Whether the server was seen to request a certificate of whatever client comes with this hello, and never seen not to. */
  readonly requestsCertificate: (handshake: Handshake, now: Instant) => boolean;
};

/** `MIXED`: this handshake had another end too. It is shared no more: one of several backends may be open. */
const MIXED = 'mixed';
type Known = Refusal | typeof MIXED;

/** Handshakes that are remembered at a time: what is shared is ten seconds old at the most, and a run may have ten thousand endpoints. */
export const MOST_REMEMBERED = 4096;

/** A Map keeps the order of insertion: what was not set for longest is forgotten first. */
const remember = <T>(known: Map<string, T>, key: string, value: T): void => {
  known.delete(key);
  known.set(key, value);
  if (known.size <= MOST_REMEMBERED) return;
  for (const oldest of known.keys()) {
    known.delete(oldest);
    return;
  }
};

const numbers = (): ((context: object) => number) => {
  const known = new WeakMap<object, number>();
  let count = 0;
  return (context) => {
    const number = known.get(context) ?? ++count;
    known.set(context, number);
    return number;
  };
};

/** Of one run: nothing is kept for another. */
export const handshakesOfRun = (): Handshakes => {
  const refusals = new Map<string, Known>();
  const requested = new Map<string, Instant | typeof MIXED>();
  const numberOf = numbers();
  const keyOf = ({ context, hello, askStaple }: Handshake): string => `${numberOf(context)} ${askStaple} ${hello}`;
  return {
    learn: (handshake, observation, by, control) => {
      const key = keyOf(handshake);
      const endedAt = observation.startedAt + observation.durationMs;
      const { hello } = handshake;
      if (observation.certificateRequested === false) remember(requested, hello, MIXED);
      else if (requestsOfEveryPath(observation) && requested.get(hello) !== MIXED) remember(requested, hello, endedAt);
      const before = refusals.get(key);
      if (before === MIXED || !isRefusedUnread(observation)) remember(refusals, key, MIXED);
      else if (control !== null)
        remember(refusals, key, { observation, by, endedAt, spared: 0, times: (before?.times ?? 0) + 1 });
    },
    refusal: (handshake, now) => {
      const key = keyOf(handshake);
      const seen = refusals.get(key);
      if (seen === undefined || seen === MIXED || !isSharedAt(seen, now)) return null;
      refusals.set(key, { ...seen, spared: seen.spared + 1 });
      // Nothing was to be written to an endpoint that takes it for its own.
      return { ...seen.observation, withheld: [], sharedFrom: seen.by };
    },
    isMixed: (handshake) => refusals.get(keyOf(handshake)) === MIXED,
    requestsCertificate: ({ hello }, now) => {
      const at = requested.get(hello);
      return at !== undefined && at !== MIXED && now - at <= SHARED_FOR;
    },
  };
};
