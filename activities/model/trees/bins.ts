import { singles } from '../../../data/math/fill-columns.js';
import type { BinnedRows } from './binned-rows.js';
import { BIN_BITS, WORD_BITS, wordsOf } from './binned-rows.js';

/** Some rows of one symbol's table: the columns of trees are those of `ranks`, followed by those of `state`. */
export interface TreeRows {
  /** Centred ranks in [-0.5, 0.5], row-major [n × rank columns]; 0 where a value is missing. */
  readonly ranks: Float32Array;
  /** State of the market, row-major [n × state columns]. */
  readonly state: Float32Array;
  readonly rows: ArrayLike<number>;
}

/** Some rows of a table, whose matrices are asked for when they are used: see `openStoredTable`. */
export function treeRows(table: Pick<TreeRows, 'ranks' | 'state'>, rows: TreeRows['rows']): TreeRows {
  return {
    get ranks() {
      return table.ranks;
    },
    get state() {
      return table.state;
    },
    rows,
  };
}

/** Where the columns are cut into bins: a value's bin is the number of its column's edges that are at most the value. */
export interface BinEdges {
  readonly rankWidth: number;
  readonly stateWidth: number;
  /** Edges of every column, ascending. */
  readonly edges: readonly Float32Array[];
}

/** Most bins of a column. It is odd, so that a rank of 0 – the median, or a missing value – is in the middle of one. */
export const MAX_BINS = 31;
/** The same for the loops here: an exported constant is read again each time. */
const BINS = 31;
const LAST_BIN = BINS - 1;

/** Edges of equal bins for the ranks. */
const RANK_EDGES = singles(MAX_BINS - 1, (edge) => (edge + 1) / MAX_BINS - 0.5);

/** Edges of equal bins for the ranks, and quantiles of the rows for the state of the market. */
export function binEdges(rankWidth: number, stateWidth: number, parts: readonly TreeRows[]): BinEdges {
  const edges = [
    ...Array.from({ length: rankWidth }, () => RANK_EDGES),
    ...Array.from({ length: stateWidth }, (_, column) => quantiles(valueCounts(column, stateWidth, parts))),
  ];
  return { rankWidth, stateWidth, edges };
}

/** The rows of all parts as bins, one part after another. */
export function binRows(edges: BinEdges, parts: readonly TreeRows[]): BinnedRows {
  const width = edges.rankWidth + edges.stateWidth;
  const count = countOf(parts);
  const words = new Int32Array(count * wordsOf(width));
  const ladders = edges.edges.slice(edges.rankWidth).map(ladderOf);
  let first = 0;
  for (const part of parts) {
    binPart(edges, ladders, part, words, first * wordsOf(width));
    first += part.rows.length;
  }
  return { edges, words, count, width };
}

/** @param ladders Of the columns of the state. @param start Where the part's words start. */
function binPart(
  { rankWidth, stateWidth }: BinEdges,
  ladders: readonly Float32Array[],
  { ranks, state, rows }: TreeRows,
  words: Int32Array,
  start: number,
): void {
  // See `BINS`.
  const [bits, full] = [BIN_BITS, WORD_BITS];
  let at = start;
  for (let place = 0; place < rows.length; place += 1) {
    const row = rows[place] ?? -1;
    let word = 0;
    let shift = 0;
    for (let cell = row * rankWidth, end = cell + rankWidth; cell < end; cell += 1) {
      word |= rankBin(ranks[cell] ?? NaN) << shift;
      shift += bits;
      if (shift < full) continue;
      words[at] = word;
      at += 1;
      word = shift = 0;
    }
    for (let column = 0; column < stateWidth; column += 1) {
      word |= binOf(ladders[column] ?? NO_LADDER, state[row * stateWidth + column] ?? NaN) << shift;
      shift += bits;
      if (shift < full) continue;
      words[at] = word;
      at += 1;
      word = shift = 0;
    }
    if (shift === 0) continue;
    words[at] = word;
    at += 1;
  }
}

/** {@link RANK_EDGES}, and one that no rank reaches. */
const RANK_LADDER = ladderOf(RANK_EDGES);
/** In bins: more than the rounding of an edge to float32, at most 31 · 2⁻²⁶, and far less than a bin. */
const EDGE_ROUNDING = 1e-6;

/**
 * The same as {@link binOf} among {@link RANK_EDGES}, which are so even that a product gives the bin or the one before
 * it. The comparison is a number, not a branch, as in {@link binOf}: which way a value goes cannot be foreseen, and a
 * wrong guess of the processor takes longer than all else here.
 */
function rankBin(value: number): number {
  const place = (value + 0.5) * BINS - EDGE_ROUNDING;
  const near = place > 0 ? (place < LAST_BIN ? place | 0 : LAST_BIN) : 0;
  return near + Number(value >= (RANK_LADDER[near] ?? NaN));
}

/** Edges for {@link binOf}: followed by NaN, which no value reaches. @param edges Ascending, at most 30. */
export function ladderOf(edges: Float32Array): Float32Array {
  const ladder = new Float32Array(MAX_BINS).fill(NaN);
  ladder.set(edges);
  return ladder;
}

const NO_LADDER = ladderOf(new Float32Array(0));

/** Number of edges that are at most a value; 0 for NaN. @param ladder See {@link ladderOf}. */
export function binOf(ladder: Float32Array, value: number): number {
  let bin = 0;
  for (let step = (BINS + 1) >> 1; step > 0; step >>= 1)
    bin += step * Number(value >= (ladder[bin + step - 1] ?? NaN));
  return bin;
}

export function countOf(parts: readonly TreeRows[]): number {
  return parts.reduce((sum, { rows }) => sum + rows.length, 0);
}

/** How many rows have each known value of a column of the state: the same for all rows of a time, so these are few. */
function valueCounts(column: number, width: number, parts: readonly TreeRows[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { state, rows } of parts)
    for (let place = 0; place < rows.length; place += 1) {
      const value = state[(rows[place] ?? -1) * width + column] ?? NaN;
      if (!Number.isNaN(value)) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
  return counts;
}

/** Distinct values that start each further bin of about as many rows; the smallest value starts none. */
function quantiles(counts: ReadonlyMap<number, number>): Float32Array {
  const values = Float32Array.from(counts.keys()).sort();
  const total = values.reduce((sum, value) => sum + (counts.get(value) ?? 0), 0);
  let bin = 1;
  let until = 0;
  return values.filter((value, place) => {
    until += counts.get(value) ?? 0;
    const first = bin;
    while (bin < BINS && Math.floor((bin * total) / BINS) < until) bin += 1;
    return place > 0 && bin > first;
  });
}
