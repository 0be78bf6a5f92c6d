/** How long this process was held up: time in which it read no answer is not the server's. */
import type { Instant, Milliseconds } from '../../model/time.ts';
import type { Clock } from '../ports.ts';

const TICK: Milliseconds = 100;
/** A tick that comes so much later than due was held up; timers are never exact. */
const USUAL_LAG: Milliseconds = 50;

let lost: Milliseconds = 0;
let last: Instant = 0;
let watchers = 0;
let ticking: NodeJS.Timeout | undefined;

/** Milliseconds that were lost since the process began, in so far as `watchTime` was running. */
export const lostTime = (): Milliseconds => lost;

/** Watches until the returned function is called. Watchers share one timer. */
export const watchTime = (clock: Clock): (() => void) => {
  watchers += 1;
  if (watchers === 1) {
    last = clock();
    ticking = setInterval(() => {
      const now = clock();
      lost += Math.max(0, now - last - TICK - USUAL_LAG);
      last = now;
    }, TICK);
    ticking.unref();
  }
  return () => {
    watchers -= 1;
    if (watchers === 0) clearInterval(ticking);
  };
};

/** Calls `act` after `delay` in which the process was attentive: one that was held up waits once more. Returns what cancels it. */
export const afterAttentive = (delay: Milliseconds, act: () => void): (() => void) => {
  let timer: NodeJS.Timeout;
  const wait = () => {
    const begun = performance.now();
    timer = setTimeout(() => {
      if (performance.now() - begun > delay + USUAL_LAG) wait();
      else act();
    }, delay);
  };
  wait();
  return () => clearTimeout(timer);
};
