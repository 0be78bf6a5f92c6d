/** Values that were made from bytes which a peer sent: the least recently used are forgotten first, by the memory that they take. */

export class Remembered<T> {
  readonly #most: number;
  readonly #known = new Map<string, { readonly value: T; readonly bytes: number }>();
  #bytes = 0;

  /** `most`: bytes of all values together, as `add` is given them. */
  constructor(most: number) {
    this.#most = most;
  }

  get(key: string): T | undefined {
    const found = this.#known.get(key);
    if (found === undefined) return undefined;
    // A Map keeps the order of insertion: what is used moves to its end.
    this.#known.delete(key);
    this.#known.set(key, found);
    return found.value;
  }

  /** Of an unknown key. A value that is larger than all may be is not kept. */
  add(key: string, value: T, bytes: number): void {
    if (bytes > this.#most) return;
    this.#known.set(key, { value, bytes });
    this.#bytes += bytes;
    for (const [oldest, { bytes: freed }] of this.#known) {
      if (this.#bytes <= this.#most) return;
      this.#known.delete(oldest);
      this.#bytes -= freed;
    }
  }
}
