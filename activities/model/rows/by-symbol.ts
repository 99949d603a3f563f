/** Places of some rows, by symbol, those of a symbol in order. */
export interface PlacesBySymbol {
  readonly places: Int32Array;
  /** Index in `places` of the first of each symbol, then their number. */
  readonly starts: Int32Array;
}

/**
 * Groups rows by symbol: a table is read symbol after symbol (see `openStoredTable`), in whatever order its rows are
 * used.
 *
 * @param symbol Index of the symbol of each row.
 * @param symbols Number of symbols.
 */
export function placesBySymbol(symbol: Int32Array, symbols: number): PlacesBySymbol {
  const starts = new Int32Array(symbols + 1);
  for (let at = 0; at < symbol.length; at += 1) {
    const next = (symbol[at] ?? -1) + 1;
    starts[next] = (starts[next] ?? 0) + 1;
  }
  for (let own = 0; own < symbols; own += 1) starts[own + 1] = (starts[own + 1] ?? 0) + (starts[own] ?? 0);
  const next = starts.slice();
  const places = new Int32Array(symbol.length);
  for (let at = 0; at < symbol.length; at += 1) {
    const own = symbol[at] ?? -1;
    const to = next[own] ?? -1;
    places[to] = at;
    next[own] = to + 1;
  }
  return { places, starts };
}

/** Visits the symbols that have rows, in order. */
export function eachSymbol<Own>(
  symbol: Int32Array,
  symbols: readonly Own[],
  visit: (own: Own, places: Int32Array, index: number) => void,
): void {
  const { places, starts } = placesBySymbol(symbol, symbols.length);
  for (const [index, own] of symbols.entries()) {
    const some = places.subarray(starts[index], starts[index + 1]);
    if (some.length > 0) visit(own, some, index);
  }
}

/** What {@link gatherRows} gathers from. */
type Numbers = Float32Array | Float64Array | Int32Array | Uint8Array;

/**
 * Copies values of rows of many symbols, in the order of the rows.
 *
 * @param valuesOf Row-major values of a symbol.
 * @param into Row-major [rows × width].
 */
export function gatherRows<Own, Values extends Numbers>(
  { symbol, row }: { readonly symbol: Int32Array; readonly row: Int32Array },
  symbols: readonly Own[],
  valuesOf: (own: Own) => Numbers,
  into: Values,
  width = 1,
): Values {
  eachSymbol(symbol, symbols, (own, places) => copyPlaces(valuesOf(own), row, places, into, width));
  return into;
}

function copyPlaces(
  values: Numbers,
  row: Int32Array,
  places: Int32Array,
  into: Numbers,
  width: number,
): void {
  for (let at = 0; at < places.length; at += 1) {
    const to = places[at] ?? -1;
    const from = (row[to] ?? -1) * width;
    for (let column = 0; column < width; column += 1)
      into[to * width + column] = values[from + column] ?? NaN;
  }
}
