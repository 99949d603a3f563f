/** Calls back with the symbols that have a bar at a market bar, in their order, and their rows. */
export type VisitSection = (place: number, symbols: Int32Array, rows: Int32Array) => void;

/** The market bars that sections are made of. */
export interface SectionBars {
  /** For each symbol, the index of each bar in the market bars. */
  readonly places: readonly Int32Array[];
  /** Their number. */
  readonly marketBars: number;
  /** The first one that is visited. */
  readonly first: number;
}

/** Visits market bars in time order. */
export function forEachSection({ places, marketBars, first }: SectionBars, visit: VisitSection): void {
  const next = new Int32Array(places.length);
  const symbols = new Int32Array(places.length);
  const rows = new Int32Array(places.length);
  for (let place = 0; place < marketBars; place += 1) {
    let count = 0;
    for (let symbol = 0; symbol < places.length; symbol += 1) {
      const row = next[symbol] ?? 0;
      if (places[symbol]?.[row] !== place) continue;
      next[symbol] = row + 1;
      symbols[count] = symbol;
      rows[count] = row;
      count += 1;
    }
    if (place >= first) visit(place, symbols.subarray(0, count), rows.subarray(0, count));
  }
}
