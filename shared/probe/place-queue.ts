/** A number of places, taken in order. */
import type { Milliseconds } from '../model/time.ts';

/** Gives the place back; a second call does nothing. */
export type Release = () => void;

type Waiting = { readonly order: number; readonly take: (release: Release | null) => void };

export class Places {
  #free: number;
  /** The lowest order first; among equals the one that has waited longest. */
  readonly #queue: Waiting[] = [];

  constructor(places: number) {
    this.#free = places;
  }

  /** A place if one is free, else null. */
  takeNow(): Release | null {
    if (this.#free === 0) return null;
    this.#free -= 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#free += 1;
      this.#next();
    };
  }

  /** Null where none became free within `patience`. Default: it waits for ever. */
  take(order: number, patience: Milliseconds = Number.POSITIVE_INFINITY): Promise<Release | null> {
    const now = this.#queue.length === 0 ? this.takeNow() : null;
    if (now !== null) return Promise.resolve(now);
    const { promise, resolve } = Promise.withResolvers<Release | null>();
    const timer = Number.isFinite(patience)
      ? setTimeout(() => this.#abandon(waiting), Math.max(0, patience))
      : undefined;
    const waiting: Waiting = {
      order,
      take: (release) => {
        clearTimeout(timer);
        resolve(release);
      },
    };
    this.#queue.splice(this.#behind(order), 0, waiting);
    return promise;
  }

  #abandon(waiting: Waiting): void {
    const at = this.#queue.indexOf(waiting);
    if (at < 0) return;
    this.#queue.splice(at, 1);
    waiting.take(null);
  }

  #next(): void {
    const [first] = this.#queue;
    const release = first === undefined ? null : this.takeNow();
    if (first === undefined || release === null) return;
    this.#queue.shift();
    first.take(release);
  }

  /** The index behind all of this order and of lower ones. */
  #behind(order: number): number {
    let [from, to] = [0, this.#queue.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.#queue[middle]?.order ?? 0) <= order) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
