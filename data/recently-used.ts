/** Values by key, of which the ones that were used last are kept. */
export class RecentlyUsed<Value> {
  /** From the least recently used. */
  readonly #values = new Map<string, Value>();

  /** @param capacity Most values that are kept. */
  constructor(readonly capacity: number) {}

  get(key: string): Value | undefined {
    const value = this.#values.get(key);
    if (value !== undefined) this.set(key, value);
    return value;
  }

  set(key: string, value: Value): void {
    this.#values.delete(key);
    this.#values.set(key, value);
    for (const oldest of this.#values.keys()) {
      if (this.#values.size <= this.capacity) return;
      this.#values.delete(oldest);
    }
  }

  delete(key: string): void {
    this.#values.delete(key);
  }
}
