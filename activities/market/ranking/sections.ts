/** Calls back with the symbols that have a bar at a market bar, in their order, and their rows. */
export type VisitSection = (place: number, symbols: Int32Array, rows: Int32Array) => void;

/** Visits every market bar in time order. @param places For each symbol, the index of each bar in the market bars. */
export function forEachSection(places: readonly Int32Array[], marketBars: number, visit: VisitSection): void {
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
    visit(place, symbols.subarray(0, count), rows.subarray(0, count));
  }
}
