/**
 * Values that are made from a key alone and never change: the ones used last are kept. A value must not depend on anything but its key, above all not on
 * the time. A key is compared as a Map does: objects by identity, so their bytes must never change.
 */
export class Latest<K, T> {
  readonly #most: number;
  readonly #known = new Map<K, T>();

  /** `most`: number of values. */
  constructor(most: number) {
    this.#most = most;
  }

  /** The value of `key`, made at its first use. Where `make` throws nothing is kept. */
  of(key: K, make: () => T): T {
    const found = this.#known.get(key);
    if (found !== undefined) {
      // A Map keeps the order of insertion: what is used moves to its end.
      this.#known.delete(key);
      this.#known.set(key, found);
      return found;
    }
    const made = make();
    this.#known.set(key, made);
    if (this.#known.size > this.#most) this.#forgetOldest();
    return made;
  }

  forget(key: K): void {
    this.#known.delete(key);
  }

  #forgetOldest(): void {
    for (const oldest of this.#known.keys()) {
      this.forget(oldest);
      return;
    }
  }
}
