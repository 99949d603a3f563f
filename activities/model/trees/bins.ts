/** Some rows of one symbol's table: the columns of trees are those of `ranks`, followed by those of `state`. */
export interface TreeRows {
  /** Centred ranks in [-0.5, 0.5], row-major [n × rank columns]; 0 where a value is missing. */
  readonly ranks: Float32Array;
  /** State of the market, row-major [n × state columns]. */
  readonly state: Float32Array;
  readonly rows: ArrayLike<number>;
}

/** Where the columns are cut into bins: a value's bin is the number of its column's edges that are at most the value. */
export interface BinEdges {
  readonly rankWidth: number;
  readonly stateWidth: number;
  /** Edges of every column, ascending. */
  readonly edges: readonly Float32Array[];
}

/** Rows as bins. */
export interface BinnedRows {
  readonly edges: BinEdges;
  /**
   * Row-major [count × width]: a histogram of all columns reads a row's bins side by side and adds to a
   * different cell each time, which takes less than half the time of one column after another.
   */
  readonly bins: Uint8Array;
  readonly count: number;
  /** Columns. */
  readonly width: number;
}

/** Most bins of a column. It is odd, so that a rank of 0 – the median, or a missing value – is in the middle of one. */
export const MAX_BINS = 31;

/** Edges of equal bins for the ranks. */
const RANK_EDGES = Float32Array.from({ length: MAX_BINS - 1 }, (_, edge) => (edge + 1) / MAX_BINS - 0.5);

/** Edges of equal bins for the ranks, and quantiles of the rows for the state of the market. */
export function binEdges(rankWidth: number, stateWidth: number, parts: readonly TreeRows[]): BinEdges {
  const edges = [
    ...Array.from({ length: rankWidth }, () => RANK_EDGES),
    ...Array.from({ length: stateWidth }, (_, column) => quantiles(stateColumn(column, stateWidth, parts))),
  ];
  return { rankWidth, stateWidth, edges };
}

/** The rows of all parts as bins, one part after another. */
export function binRows(edges: BinEdges, parts: readonly TreeRows[]): BinnedRows {
  const { rankWidth, stateWidth } = edges;
  const width = rankWidth + stateWidth;
  const count = countOf(parts);
  const bins = new Uint8Array(count * width);
  let at = 0;
  for (const { ranks, state, rows } of parts)
    for (let place = 0; place < rows.length; place += 1) {
      const row = rows[place] ?? -1;
      for (let cell = row * rankWidth, end = cell + rankWidth; cell < end; cell += 1) {
        bins[at] = rankBin(ranks[cell] ?? NaN);
        at += 1;
      }
      for (let column = 0; column < stateWidth; column += 1) {
        const value = state[row * stateWidth + column] ?? NaN;
        bins[at] = binOf(edges.edges[rankWidth + column] ?? NO_EDGES, value);
        at += 1;
      }
    }
  return { edges, bins, count, width };
}

const NO_EDGES = new Float32Array(0);

/** The same as {@link binOf} among {@link RANK_EDGES}, which are so even that a product comes next to the bin. */
function rankBin(value: number): number {
  const near = Math.floor((value + 0.5) * MAX_BINS);
  // NaN is in the first bin.
  const bin = near > 0 ? Math.min(near, MAX_BINS - 1) : 0;
  if (value >= (RANK_EDGES[bin] ?? Infinity)) return bin + 1;
  return bin === 0 || value >= (RANK_EDGES[bin - 1] ?? NaN) ? bin : bin - 1;
}

/** Number of edges that are at most a value; 0 for NaN. */
export function binOf(edges: Float32Array, value: number): number {
  let from = 0;
  let until = edges.length;
  while (from < until) {
    const middle = (from + until) >> 1;
    if (value >= (edges[middle] ?? NaN)) from = middle + 1;
    else until = middle;
  }
  return from;
}

export function countOf(parts: readonly TreeRows[]): number {
  return parts.reduce((sum, { rows }) => sum + rows.length, 0);
}

/** The known values of a column of the state. */
function stateColumn(column: number, width: number, parts: readonly TreeRows[]): Float32Array {
  const values = new Float32Array(countOf(parts));
  let count = 0;
  for (const { state, rows } of parts)
    for (let place = 0; place < rows.length; place += 1) {
      const value = state[(rows[place] ?? -1) * width + column] ?? NaN;
      if (Number.isNaN(value)) continue;
      values[count] = value;
      count += 1;
    }
  return values.subarray(0, count);
}

/** Distinct values that start each further bin of about as many values; the smallest value starts none. */
function quantiles(values: Float32Array): Float32Array {
  const sorted = values.slice().sort();
  const edges = new Set<number>();
  for (let bin = 1; bin < MAX_BINS; bin += 1) {
    const value = sorted[Math.floor((bin * sorted.length) / MAX_BINS)];
    if (value !== undefined && value > (sorted[0] ?? NaN)) edges.add(value);
  }
  return Float32Array.from(edges);
}
