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

/** A symbol's table, of which some rows may be read alone: see `SymbolTable`. */
type Spanned<Own> = Own & { readonly between?: (first: number, until: number) => Own };

/** Some rows of one symbol. */
export interface SymbolRows<Own> {
  /** The symbol's table, or the part of it that the rows are in. */
  readonly own: Own;
  /** Index of each row in `own`. */
  readonly rows: Int32Array;
  /** Place of each row among those of all symbols. */
  readonly places: Int32Array;
}

/** Visits the symbols that have rows, in order. */
export function eachSymbol<Own>(
  { symbol, row }: { readonly symbol: Int32Array; readonly row: Int32Array },
  symbols: readonly Spanned<Own>[],
  visit: (rows: SymbolRows<Own>) => void,
): void {
  const { places, starts } = placesBySymbol(symbol, symbols.length);
  for (const [index, own] of symbols.entries()) {
    const some = places.subarray(starts[index], starts[index + 1]);
    if (some.length > 0) visit(spanOf(own, row, some));
  }
}

function spanOf<Own>(own: Spanned<Own>, row: Int32Array, places: Int32Array): SymbolRows<Own> {
  const rows = new Int32Array(places.length);
  let [first, last] = [Infinity, -1];
  for (let at = 0; at < rows.length; at += 1) {
    const value = row[places[at] ?? -1] ?? -1;
    rows[at] = value;
    if (value < first) first = value;
    if (value > last) last = value;
  }
  if (own.between === undefined || first < 0) return { own, rows, places };
  for (let at = 0; at < rows.length; at += 1) rows[at] = (rows[at] ?? NaN) - first;
  return { own: own.between(first, last + 1), rows, places };
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
  rows: { readonly symbol: Int32Array; readonly row: Int32Array },
  symbols: readonly Spanned<Own>[],
  valuesOf: (own: Own) => Numbers,
  into: Values,
  width = 1,
): Values {
  eachSymbol(rows, symbols, (some: SymbolRows<Own>) => copyValues(valuesOf(some.own), some, into, width));
  return into;
}

function copyValues(
  values: Numbers,
  { rows, places }: Pick<SymbolRows<unknown>, 'rows' | 'places'>,
  into: Numbers,
  width: number,
): void {
  for (let at = 0; at < places.length; at += 1) {
    const [from, to] = [(rows[at] ?? -1) * width, (places[at] ?? -1) * width];
    for (let column = 0; column < width; column += 1) into[to + column] = values[from + column] ?? NaN;
  }
}
