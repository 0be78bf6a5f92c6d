/**
 * Connections that wait in silence, and the controls that are asked meanwhile. Silence teaches the same whether one connection waits or forty: they may
 * wait side by side, but only while the server shows that it still serves the control. docs/adr/0036
 */
import type { Milliseconds } from '../../model/time.ts';
import type { Attempt } from '../../verdict/judge/trial.ts';
import { isAccepted } from './attempts.ts';

export type Silence = {
  /** Called for each connection that is met with silence. `yields` gives its place at the address to another. */
  readonly met: (yields: () => void) => void;
  /** The controls that were accepted meanwhile. */
  readonly witnesses: readonly Attempt[];
  /** Resolves once no control is being asked. */
  readonly over: () => Promise<unknown>;
};

/** Nothing is yielded: before a control was asked, nothing is known of the server. */
export const NO_SILENCE: Silence = { met: () => {}, witnesses: [], over: async () => null };

/**
 * `askControl`: one connection of an accepted control, beside the others. Null where no control was accepted: then no refusal proves anything, and
 * nothing is lost if the server serves fewer clients at a time.
 */
export const silenceOf = (askControl: (() => Promise<Attempt | null>) | null): Silence => {
  if (askControl === null) return { ...NO_SILENCE, met: (yields) => yields() };
  const witnesses: Attempt[] = [];
  let waiting: (() => void)[] = [];
  let asking: Promise<void> | null = null;
  const ask = async () => {
    while (waiting.length > 0) {
      const yieldings = waiting;
      waiting = [];
      const seen = await askControl();
      if (seen === null || !isAccepted(seen)) continue;
      witnesses.push(seen);
      for (const yields of yieldings) yields();
    }
    asking = null;
  };
  return {
    witnesses,
    met: (yields) => {
      waiting.push(yields);
      asking ??= ask();
    },
    over: async () => asking,
  };
};

/** A connection without an answer is silent after so long, whatever the server. */
const QUIET: Milliseconds = 500;
const SHARE_OF_TIMEOUT = 1 / 8;
/** Times the control's answer. */
const SLOWER = 3;
const LONGEST_SHARE = 1 / 2;
/** Where no control was answered, nothing is known of how fast the server is. */
const UNKNOWN_SHARE = 1 / 4;

/** Milliseconds after which a connection counts as waiting in silence. `control`: how long the control's answer took; null where it got none. */
export const quietAfter = (timeout: Milliseconds, control: Milliseconds | null): Milliseconds =>
  control === null
    ? timeout * UNKNOWN_SHARE
    : Math.min(Math.max(Math.min(QUIET, timeout * SHARE_OF_TIMEOUT), SLOWER * control), timeout * LONGEST_SHARE);
