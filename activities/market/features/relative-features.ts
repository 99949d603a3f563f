import type { SymbolTable } from '../feature-table.js';
import { LOOKBACK_BARS, MAX_MISSED_BARS } from './lookback.js';

/** Features of the market as a whole, the same for every symbol, are named so. */
export const MARKET_PREFIX = 'market_';

/** Columns of the features that differ from symbol to symbol. */
export function columnsOfSymbols(names: readonly string[]): number[] {
  return names.flatMap((name, column) => (name.startsWith(MARKET_PREFIX) ? [] : [column]));
}

/**
 * What sets a symbol apart on its day: some columns of its features less their mean over the symbols with
 * a complete row at the same time. Symbols that missed more than {@link MAX_MISSED_BARS} market bars
 * within the features' lookback do not count in the mean, so that it reaches back a bounded way; where no
 * symbol counts, the difference is 0. Sums run in the symbols' order.
 *
 * @param places For each symbol, the place of each bar among the market bars.
 * @returns For each symbol, row-major [rows × columns]; NaN where the row is not complete.
 */
export function relativeFeatures(
  symbols: readonly Pick<SymbolTable, 'features' | 'complete'>[],
  width: number,
  columns: readonly number[],
  places: readonly Int32Array[],
  marketBars: number,
): Float32Array[] {
  const size = columns.length;
  const taken = Int32Array.from(columns);
  /** Sums over the symbols, and then their means. */
  const mean = new Float64Array(marketBars * size);
  const count = new Int32Array(marketBars);
  symbols.forEach(({ features, complete }, symbol) => {
    const place = places[symbol] ?? new Int32Array(0);
    for (let row = LOOKBACK_BARS - 1; row < complete.length; row += 1) {
      const here = place[row] ?? 0;
      const reach = here - (place[row - LOOKBACK_BARS + 1] ?? 0);
      if (complete[row] !== 1 || reach > LOOKBACK_BARS - 1 + MAX_MISSED_BARS) continue;
      count[here] = (count[here] ?? 0) + 1;
      for (let at = 0; at < size; at += 1) {
        const cell = here * size + at;
        mean[cell] = (mean[cell] ?? 0) + (features[row * width + (taken[at] ?? 0)] ?? NaN);
      }
    }
  });
  count.forEach((members, place) => {
    for (let cell = place * size; cell < (place + 1) * size; cell += 1)
      mean[cell] = (mean[cell] ?? 0) / members;
  });
  return symbols.map(({ features, complete }, symbol) => {
    const place = places[symbol] ?? new Int32Array(0);
    const relative = new Float32Array(complete.length * size).fill(NaN);
    for (let row = 0; row < complete.length; row += 1) {
      if (complete[row] !== 1) continue;
      const here = place[row] ?? 0;
      if (count[here] === 0) {
        relative.fill(0, row * size, (row + 1) * size);
        continue;
      }
      for (let at = 0; at < size; at += 1)
        relative[row * size + at] =
          (features[row * width + (taken[at] ?? 0)] ?? NaN) - (mean[here * size + at] ?? NaN);
    }
    return relative;
  });
}
