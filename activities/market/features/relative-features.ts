import type { SymbolTable } from '../feature-table.js';
import { MAX_MISSED_BARS } from '../columns/missed-bars.js';
import { LOOKBACK_BARS } from './lookback.js';

/** Name prefix of the features of the market as a whole, which are the same for every symbol. */
export const MARKET_PREFIX = 'market_';

/** Columns of the features that differ between symbols. */
export function relativeColumnsOf(names: readonly string[]): number[] {
  return names.flatMap((name, column) => (name.startsWith(MARKET_PREFIX) ? [] : [column]));
}

/**
 * Relative features: some columns minus their mean over the members of the index with a complete row at the same
 * time. Symbols that missed more than {@link MAX_MISSED_BARS} market bars within the features' lookback do not
 * count in the mean, so that it looks back a bounded number of bars. Where no symbol counts, the relative
 * features are 0. Sums run in the symbols' order.
 *
 * @param places For each symbol, the index of each bar in the market bars.
 * @returns For each symbol, row-major [rows × columns]; NaN where the row is not complete.
 */
export function relativeFeatures(
  symbols: readonly Pick<SymbolTable, 'features' | 'complete' | 'member'>[],
  width: number,
  columns: readonly number[],
  places: readonly Int32Array[],
  marketBars: number,
): Float32Array[] {
  const size = columns.length;
  const selected = Int32Array.from(columns);
  /** First the sums over the symbols, then their means. */
  const mean = new Float64Array(marketBars * size);
  const count = new Int32Array(marketBars);
  symbols.forEach(({ features, complete, member }, symbol) => {
    const place = places[symbol] ?? new Int32Array(0);
    for (let row = LOOKBACK_BARS - 1; row < complete.length; row += 1) {
      const here = place[row] ?? 0;
      const reach = here - (place[row - LOOKBACK_BARS + 1] ?? 0);
      if (complete[row] !== 1 || member[row] !== 1 || reach > LOOKBACK_BARS - 1 + MAX_MISSED_BARS) continue;
      count[here] = (count[here] ?? 0) + 1;
      for (let at = 0; at < size; at += 1) {
        const cell = here * size + at;
        mean[cell] = (mean[cell] ?? 0) + (features[row * width + (selected[at] ?? 0)] ?? NaN);
      }
    }
  });
  count.forEach((symbolsThen, place) => {
    for (let cell = place * size; cell < (place + 1) * size; cell += 1)
      mean[cell] = (mean[cell] ?? 0) / symbolsThen;
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
          (features[row * width + (selected[at] ?? 0)] ?? NaN) - (mean[here * size + at] ?? NaN);
    }
    return relative;
  });
}
