import type { SymbolTable } from '../feature-table.js';
import { MAX_MISSED_BARS } from '../columns/missed-bars.js';
import { LOOKBACK_BARS } from './lookback.js';

/** Name prefix of the features of the market as a whole, which are the same for every symbol. */
export const MARKET_PREFIX = 'market_';

/** Columns of the features that differ between symbols. */
export function relativeColumnsOf(names: readonly string[]): number[] {
  return names.flatMap((name, column) => (name.startsWith(MARKET_PREFIX) ? [] : [column]));
}

/** What relative features compare a row with: means over the members at every market bar. */
export interface RelativeMeans {
  /** The columns that are compared. */
  readonly columns: Int32Array;
  /** Row-major [market bars × columns]. */
  readonly mean: Float64Array;
  /** Symbols that count. */
  readonly count: Int32Array;
}

/** The part of a symbol's table that relative features are made from. */
export type RelativeInputs = Pick<SymbolTable, 'features' | 'complete' | 'member'>;

/** Gathers {@link RelativeMeans}, symbol after symbol: sums run in the symbols' order. */
export class RelativeSums {
  readonly #means: RelativeMeans;

  /** @param width Columns of the features. */
  constructor(
    readonly width: number,
    columns: readonly number[],
    marketBars: number,
  ) {
    this.#means = {
      columns: Int32Array.from(columns),
      mean: new Float64Array(marketBars * columns.length),
      count: new Int32Array(marketBars),
    };
  }

  /** @param place The index of each bar in the market bars. */
  add({ features, complete, member }: RelativeInputs, place: Int32Array): void {
    const { columns, mean, count } = this.#means;
    const [size, width] = [columns.length, this.width];
    for (let row = LOOKBACK_BARS - 1; row < complete.length; row += 1) {
      const here = place[row] ?? 0;
      const reach = here - (place[row - LOOKBACK_BARS + 1] ?? 0);
      if (complete[row] !== 1 || member[row] !== 1 || reach > LOOKBACK_BARS - 1 + MAX_MISSED_BARS) continue;
      count[here] = (count[here] ?? 0) + 1;
      for (let at = 0; at < size; at += 1) {
        const cell = here * size + at;
        mean[cell] = (mean[cell] ?? 0) + (features[row * width + (columns[at] ?? 0)] ?? NaN);
      }
    }
  }

  /** The means of what was added; nothing can be added any more. */
  means(): RelativeMeans {
    const { columns, mean, count } = this.#means;
    const size = columns.length;
    count.forEach((symbolsThen, place) => {
      for (let cell = place * size; cell < (place + 1) * size; cell += 1)
        mean[cell] = (mean[cell] ?? 0) / symbolsThen;
    });
    return this.#means;
  }
}

/**
 * The relative features of a symbol, row-major [rows × columns]; NaN where the row is not complete, 0 where no symbol
 * counts.
 *
 * @param width Columns of the features.
 * @param place The index of each bar in the market bars.
 */
export function relativeOf(
  { columns, mean, count }: RelativeMeans,
  { features, complete }: Pick<SymbolTable, 'features' | 'complete'>,
  width: number,
  place: Int32Array,
): Float32Array {
  const size = columns.length;
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
        (features[row * width + (columns[at] ?? 0)] ?? NaN) - (mean[here * size + at] ?? NaN);
  }
  return relative;
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
  symbols: readonly RelativeInputs[],
  width: number,
  columns: readonly number[],
  places: readonly Int32Array[],
  marketBars: number,
): Float32Array[] {
  const placeOf = (symbol: number): Int32Array => places[symbol] ?? new Int32Array(0);
  const sums = new RelativeSums(width, columns, marketBars);
  symbols.forEach((own, symbol) => sums.add(own, placeOf(symbol)));
  const means = sums.means();
  return symbols.map((own, symbol) => relativeOf(means, own, width, placeOf(symbol)));
}
