import { MAX_MISSED_BARS } from './missed-bars.js';

/** One figure of every symbol, to be compared across the market. */
export interface MarketMomentsInput {
  /** The column of a symbol. It is asked for twice, symbol after symbol, and not kept. */
  readonly valuesOf: (symbol: number) => Float64Array;
  /** For each symbol, the index of each bar in the market bars. */
  readonly places: readonly Int32Array[];
  /** For each symbol, 1 at the bars where it is a member of the index: see `SymbolTable.member`. */
  readonly members: readonly Uint8Array[];
  /** Bars before its own that a value depends on. */
  readonly lookback: number;
  /** Number of market bars. */
  readonly marketBars: number;
}

/** Count, mean and standard deviation of a figure over the symbols at every market bar; 0 where no symbol counts. */
export interface MarketMoments {
  readonly count: Int32Array;
  readonly mean: Float64Array;
  /** Population standard deviation. */
  readonly deviation: Float64Array;
}

/**
 * Mean and standard deviation over the symbols. A symbol counts at a bar when it is a member of the index then, its
 * value is known and it missed at most {@link MAX_MISSED_BARS} market bars within the value's lookback. Sums run in
 * the symbols' order.
 */
export function marketMoments(input: MarketMomentsInput): MarketMoments {
  const { places, marketBars } = input;
  const count = new Int32Array(marketBars);
  const mean = new Float64Array(marketBars);
  const deviation = new Float64Array(marketBars);
  for (let symbol = 0; symbol < places.length; symbol += 1) {
    const own = countedValues(input, symbol);
    for (let at = 0; at < own.values.length; at += 1) {
      const place = own.places[at] ?? 0;
      count[place] = (count[place] ?? 0) + 1;
      mean[place] = (mean[place] ?? 0) + (own.values[at] ?? NaN);
    }
  }
  for (let place = 0; place < marketBars; place += 1)
    mean[place] = (mean[place] ?? 0) / Math.max(1, count[place] ?? 0);
  for (let symbol = 0; symbol < places.length; symbol += 1) {
    const own = countedValues(input, symbol);
    for (let at = 0; at < own.values.length; at += 1) {
      const place = own.places[at] ?? 0;
      const off = (own.values[at] ?? NaN) - (mean[place] ?? 0);
      deviation[place] = (deviation[place] ?? 0) + off * off;
    }
  }
  for (let place = 0; place < marketBars; place += 1)
    deviation[place] = Math.sqrt((deviation[place] ?? 0) / Math.max(1, count[place] ?? 0));
  return { count, mean, deviation };
}

/** The values of a symbol that count, and the market bars where they do. */
function countedValues(
  { valuesOf, places: allPlaces, members, lookback }: MarketMomentsInput,
  symbol: number,
): { readonly values: Float64Array; readonly places: Int32Array } {
  const column = valuesOf(symbol);
  const place = allPlaces[symbol] ?? new Int32Array(0);
  const member = members[symbol] ?? new Uint8Array(0);
  const values = new Float64Array(column.length);
  const places = new Int32Array(column.length);
  let count = 0;
  for (let bar = lookback; bar < column.length; bar += 1) {
    const value = column[bar] ?? NaN;
    const here = place[bar] ?? 0;
    if (member[bar] !== 1) continue;
    if (here - (place[bar - lookback] ?? 0) > lookback + MAX_MISSED_BARS || Number.isNaN(value)) continue;
    values[count] = value;
    places[count] = here;
    count += 1;
  }
  return { values: values.subarray(0, count), places: places.subarray(0, count) };
}
