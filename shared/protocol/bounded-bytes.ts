/** The first `limit` bytes of a stream, in memory that grows with them: a stream of single bytes costs no more than a stream of blocks. */
export class BoundedBytes {
  readonly #limit: number;
  #memory: Buffer = Buffer.alloc(0);
  #length = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get length(): number {
    return this.#length;
  }

  get isFull(): boolean {
    return this.#length >= this.#limit;
  }

  get bytes(): Buffer {
    return this.#memory.subarray(0, this.#length);
  }

  add(chunk: Buffer): void {
    const part = chunk.subarray(0, this.#limit - this.#length);
    const length = this.#length + part.length;
    if (length > this.#memory.length) {
      const grown = Buffer.alloc(Math.min(this.#limit, Math.max(length, this.#memory.length * 2)));
      this.bytes.copy(grown);
      this.#memory = grown;
    }
    part.copy(this.#memory, this.#length);
    this.#length = length;
  }
}
