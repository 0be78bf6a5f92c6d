/** One connection takes its places, and gives them to others while it waits in silence. docs/adr/0036 */
import type { Observation } from '../../model/probe.ts';
import type { Endpoint } from '../../model/registry.ts';
import type { Instant, Milliseconds } from '../../model/time.ts';
import type { Limits, Pace } from '../../probe/limits.ts';
import type { Clock } from '../ports.ts';
import { afterAttentive, lostTime } from './attention.ts';
import { quietAfter } from './silence.ts';
import type { AttemptOptions } from './types.ts';

type TurnPorts = { readonly limits: Limits; readonly clock: Clock; readonly deadline: () => Instant };
type Own = Pick<AttemptOptions, 'turn' | 'pause' | 'standing'>;

export type InTurn = {
  /** Whether a connection that began now would end in time, or none may be needed. */
  readonly hasTime: () => boolean;
  /** Null where its turn did not come in time. */
  readonly connect: (address: string, probe: () => Promise<Observation>) => Promise<Observation | null>;
};

export const inTurn = (
  { perAddress, perSecond, timeout }: Endpoint,
  { turn, pause = 0, standing }: Own,
  { limits, clock, deadline }: TurnPorts,
): InTurn => {
  const timeLeft = (): Milliseconds =>
    Math.min(deadline(), turn?.until() ?? Number.POSITIVE_INFINITY) - clock() - timeout;
  /** Null for want of time: of the sweep's, or of the run's. */
  const noted = (made: Observation | null): Observation | null => {
    if (made === null && turn !== undefined && turn.until() < deadline()) turn.late();
    return made;
  };
  const once: InTurn['connect'] = (address, probe) => {
    const pace: Pace =
      turn === undefined
        ? { perAddress, perSecond, pause }
        : { perAddress, perSecond, pause, order: turn.order, kind: turn.kind, patience: timeLeft() };
    return limits(address, pace, async (place) => {
      if (timeLeft() < 0) return null;
      turn?.begin();
      const waiting = [
        afterAttentive(turn?.quiet ?? quietAfter(timeout, null), place.waits),
        ...(turn === undefined ? [] : [afterAttentive(turn.quiet, () => turn.met(place.yields))]),
      ];
      const seen = await probe().finally(() => {
        for (const cancel of waiting) cancel();
      });
      return place.wasCrowded() ? { ...seen, crowded: true } : seen;
    });
  };
  const connect: InTurn['connect'] = async (address, probe) => {
    const lost = lostTime();
    const made = await once(address, probe);
    // Time that was lost meanwhile is given back.
    return noted(made === null && lostTime() > lost && timeLeft() >= pause ? await once(address, probe) : made);
  };
  return { hasTime: () => standing !== undefined || timeLeft() >= pause || noted(null) !== null, connect };
};
