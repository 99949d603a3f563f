import { doublesOf } from '../../data/math/fill-columns.js';
import { log } from '../../data/math/log.js';
import { square } from '../../data/math/square.js';

/** How a candidate is judged over periods: the mean, or mean over standard deviation (ddof 1). */
export type Performance = 'mean' | 'sharpe';

/** Probability that choosing the best candidate overfits. */
export interface Overfitting {
  /** Share of the splits in which the winner in the sample is not above the median out of it. */
  readonly probability: number;
  /** ln(w / (1 − w)) by split, w the winner's rank out of the sample over the number of candidates + 1. */
  readonly logits: Float64Array;
  /** Candidates and periods that were compared. */
  readonly candidates: number;
  readonly periods: number;
}

/** A candidate that is unknown in more than this share of the periods is left out. */
const MAX_UNKNOWN = 0.5;

/**
 * Probability of backtest overfitting by combinatorially symmetric cross-validation (Bailey, Borwein, López de Prado &
 * Zhu, 2017): the periods are cut into S adjacent blocks, as equal as possible, the first ones one longer; in each of
 * the C(S, S/2) splits one half of them chooses the best candidate and the other half ranks all. Where all candidates
 * are noise, about ½ for an even number of them, and (N + 1) / 2N for an odd number N, whose median is one of them.
 *
 * Of candidates that are equal in the sample the first wins; those equal out of it have their mean rank. A candidate
 * with NaN in more than half of the periods is left out, then every period in which another one has NaN. A Sharpe ratio
 * of values that do not vary counts as 0.
 *
 * @param figures Row-major [periods × candidates], higher is better. @param blocks S, even, from 2 to 20.
 * @returns Null with fewer than two candidates or two periods a block.
 */
export function overfitting(
  figures: ArrayLike<number>,
  candidates: number,
  blocks: number,
  performance: Performance,
): Overfitting | null {
  const known = knownFigures(figures, candidates);
  const width = known.columns.length;
  const periods = known.rows.length;
  if (width < 2 || periods < 2 * blocks) return null;
  const sums = blockSums(figures, candidates, known, blocks);
  const logits: number[] = [];
  let overfitted = 0;
  const compare = (inside: Float64Array, outside: Float64Array): void => {
    const doubled = doubledRank(outside, placeOfLargest(inside));
    if (doubled <= width + 1) overfitted += 1;
    logits.push(log(doubled / (2 * (width + 1) - doubled)));
  };
  for (const chosen of halves(blocks)) {
    const one = judged(sums, width, chosen, performance);
    const other = judged(sums, width, ~chosen, performance);
    compare(one, other);
    compare(other, one);
  }
  return {
    probability: overfitted / logits.length,
    logits: Float64Array.from(logits),
    candidates: width,
    periods,
  };
}

interface KnownFigures {
  readonly columns: readonly number[];
  readonly rows: readonly number[];
}

function knownFigures(figures: ArrayLike<number>, candidates: number): KnownFigures {
  const periods = Math.floor(figures.length / candidates);
  const all = Array.from({ length: periods }, (_, row) => row);
  const isKnown = (row: number, column: number): boolean =>
    !Number.isNaN(figures[row * candidates + column] ?? NaN);
  const columns = Array.from({ length: candidates }, (_, column) => column).filter(
    (column) => all.filter((row) => !isKnown(row, column)).length <= MAX_UNKNOWN * periods,
  );
  return { columns, rows: all.filter((row) => columns.every((column) => isKnown(row, column))) };
}

/** Sums of a block, by candidate: of the figures less their mean, and of the squares of these. */
interface BlockSums {
  readonly mean: Float64Array;
  readonly periods: readonly number[];
  readonly sum: readonly Float64Array[];
  readonly squares: readonly Float64Array[];
}

function blockSums(
  figures: ArrayLike<number>,
  candidates: number,
  { columns, rows }: KnownFigures,
  blocks: number,
): BlockSums {
  const value = (row: number, column: number): number => figures[row * candidates + column] ?? NaN;
  const mean = doublesOf(
    columns,
    (column) => rows.reduce((sum, row) => sum + value(row, column), 0) / rows.length,
  );
  const parts = Array.from({ length: blocks }, (_, block) => {
    const longer = rows.length % blocks;
    const size = Math.floor(rows.length / blocks);
    const from = block * size + Math.min(block, longer);
    return rows.slice(from, from + size + (block < longer ? 1 : 0));
  });
  const over = (of: (centred: number) => number): Float64Array[] =>
    parts.map((part) =>
      doublesOf(columns, (column, at) =>
        part.reduce((sum, row) => sum + of(value(row, column) - (mean[at] ?? NaN)), 0),
      ),
    );
  return { mean, periods: parts.map((part) => part.length), sum: over((x) => x), squares: over(square) };
}

/** Each half of the blocks without the last one, as the bits of a number: its complement is the other half. */
function* halves(blocks: number): Generator<number> {
  for (let chosen = 0; chosen < 1 << (blocks - 1); chosen += 1)
    if (bitsOf(chosen) === blocks / 2) yield chosen;
}

function bitsOf(value: number): number {
  let count = 0;
  for (let rest = value; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}

/** The performance of each candidate over the blocks whose bits are set. */
function judged(sums: BlockSums, width: number, chosen: number, performance: Performance): Float64Array {
  const total = new Float64Array(width);
  const squares = new Float64Array(width);
  let periods = 0;
  for (let block = 0; block < sums.periods.length; block += 1) {
    const [sum, ofSquares] = [sums.sum[block], sums.squares[block]];
    if (((chosen >> block) & 1) === 0 || sum === undefined || ofSquares === undefined) continue;
    periods += sums.periods[block] ?? NaN;
    for (let at = 0; at < width; at += 1) {
      total[at] = (total[at] ?? NaN) + (sum[at] ?? NaN);
      squares[at] = (squares[at] ?? NaN) + (ofSquares[at] ?? NaN);
    }
  }
  return total.map((sum, at) => {
    const shifted = sum / periods;
    const mean = shifted + (sums.mean[at] ?? NaN);
    if (performance === 'mean') return mean;
    const variance = ((squares[at] ?? NaN) - periods * square(shifted)) / (periods - 1);
    return variance > ROUNDING * ((squares[at] ?? NaN) / periods) ? mean / Math.sqrt(variance) : 0;
  });
}

/** A variance that is this small a share of the mean square is a rounding error. */
const ROUNDING = 1e-14;

/** The first of the largest. */
function placeOfLargest(values: Float64Array): number {
  let place = 0;
  for (let at = 1; at < values.length; at += 1) if ((values[at] ?? NaN) > (values[place] ?? NaN)) place = at;
  return place;
}

/** Twice the mean rank of one value among all, which is whole; 2 for the least one. */
function doubledRank(values: Float64Array, of: number): number {
  const own = values[of] ?? NaN;
  let [below, equal] = [0, 0];
  for (const value of values) {
    if (value < own) below += 1;
    else if (value === own) equal += 1;
  }
  return 2 * below + equal + 1;
}
