import { RecentlyUsed } from '../../../../data/recently-used.js';

/** Keeps the values that were used last. What they say never changes: their key is a digest. */
export class LastUsed<Value> {
  private readonly kept: RecentlyUsed<Promise<Value>>;

  /** @param most Values that are kept; the one that was not used for longest leaves first. */
  constructor(most: number) {
    this.kept = new RecentlyUsed(most);
  }

  /** The value of a key, computed once for all who ask at the same time. Failures are not kept. */
  async get(key: string, compute: () => Promise<Value>): Promise<Value> {
    const value = this.kept.get(key) ?? compute();
    this.kept.set(key, value);
    try {
      return await value;
    } catch (error) {
      if (this.kept.get(key) === value) this.kept.delete(key);
      throw error;
    }
  }
}
