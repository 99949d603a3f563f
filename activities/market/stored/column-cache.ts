/** A column that is read when it is asked for. */
export type Lazy<Value> = () => Value;

/** A column that stays with its owner: of rows that are dropped after they were used. */
export function readOnce<Value>(read: () => Value): Lazy<Value> {
  let value: Value | undefined;
  return () => (value ??= read());
}

/**
 * Keeps the columns that were read last, up to some bytes: most of the time one symbol after another is worked on. What
 * a caller holds on to stays with it.
 */
export class ColumnCache {
  /** From the one that was read first. */
  readonly #kept = new Set<Slot>();
  #bytes = 0;

  constructor(readonly mostBytes: number) {}

  /** A column of this cache. */
  column<Value extends { readonly byteLength: number }>(read: () => Value): Lazy<Value> {
    let value: Value | undefined;
    const slot = { bytes: 0, drop: () => (value = undefined) };
    return () => {
      if (value !== undefined) return value;
      const known = read();
      value = known;
      slot.bytes = known.byteLength;
      this.#keep(slot);
      return known;
    };
  }

  #keep(slot: Slot): void {
    this.#kept.add(slot);
    this.#bytes += slot.bytes;
    for (const oldest of this.#kept) {
      if (this.#bytes <= this.mostBytes || oldest === slot) return;
      this.#kept.delete(oldest);
      this.#bytes -= oldest.bytes;
      oldest.drop();
    }
  }
}

interface Slot {
  bytes: number;
  readonly drop: () => void;
}
