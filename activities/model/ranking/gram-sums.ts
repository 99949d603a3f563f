import { UNRESOLVED } from '../../market/feature-table.js';
import type { WalkForward } from '../choices/folds.js';
import { blockOf } from '../choices/folds.js';
import { copyRows } from '../rows/copy-rows.js';
import { tf } from '../tensorflow.js';
import type { RankArm } from './rank-model.js';
import { RANK_ARMS } from './rank-model.js';
import type { RankRows } from './rank-rows.js';

/** What ridge regressions on some rows need to know of them: sums over rows, in float64. */
export interface GramSums extends RegressionSums {
  /** Σ target · target by pair of horizons [H × H]. */
  readonly targets: Float64Array;
  /** Σ target · relative return by pair of horizons [H × H]. */
  readonly returns: Float64Array;
}

export interface RegressionSums {
  /** Sum of the rows' weights. */
  rows: number;
  /** XᵀX [B × B]. */
  readonly gram: Float64Array;
  /** Xᵀy by arm and horizon [B]. */
  readonly right: Readonly<Record<RankArm, readonly Float64Array[]>>;
}

export function emptySums(width: number, horizons: number): GramSums {
  const columns = (): Float64Array[] => Array.from({ length: horizons }, () => new Float64Array(width));
  return {
    rows: 0,
    gram: new Float64Array(width * width),
    right: { trained: columns(), permuted: columns() },
    targets: new Float64Array(horizons * horizons),
    returns: new Float64Array(horizons * horizons),
  };
}

/** Adds sums, times a weight. */
export function addSums(to: GramSums, sums: GramSums, weight: number): void {
  to.rows += weight * sums.rows;
  addTo(to.gram, sums.gram, weight);
  for (const arm of RANK_ARMS)
    to.right[arm].forEach((column, horizon) => addTo(column, sums.right[arm][horizon] ?? column, weight));
  addTo(to.targets, sums.targets, weight);
  addTo(to.returns, sums.returns, weight);
}

function addTo(to: Float64Array, values: ArrayLike<number>, weight = 1): void {
  for (let at = 0; at < to.length; at += 1) to[at] = (to[at] ?? NaN) + weight * (values[at] ?? NaN);
}

/** Rows of a product: few enough for float32, since the sums of many products are float64. */
const ROWS_AT_ONCE = 4096;

/**
 * Sums by block of time in which a row's last target resolves, with one more block from the last bound to the cohort's
 * end. Products of up to {@link ROWS_AT_ONCE} rows are float32; their sums run in the order of time.
 */
export function gramSums(rows: RankRows, width: number, folds: Pick<WalkForward, 'bounds'>): GramSums[] {
  const blocks = Array.from({ length: folds.bounds.length + 1 }, () => emptySums(width, rows.horizons));
  const waiting = blocks.map(() => new Int32Array(ROWS_AT_ONCE));
  const counts = blocks.map(() => 0);
  const flush = (block: number): void => {
    const [sums, some] = [blocks[block], waiting[block]?.subarray(0, counts[block])];
    if (sums !== undefined && some !== undefined && some.length > 0) addProducts(sums, rows, width, some);
    counts[block] = 0;
  };
  rows.lastResolvedAt.forEach((resolved, row) => {
    if (resolved === UNRESOLVED) return;
    const block = blockOf(folds, resolved);
    const count = counts[block] ?? 0;
    waiting[block]?.fill(row, count, count + 1);
    counts[block] = count + 1;
    if (count + 1 === ROWS_AT_ONCE) flush(block);
  });
  blocks.forEach((_, block) => flush(block));
  return blocks;
}

function addProducts(sums: GramSums, rows: RankRows, width: number, some: Int32Array): void {
  sums.rows += some.length;
  addPairs(sums, rows, some);
  const { gram, right } = sums;
  const { horizons, targets, design } = rows;
  const columns = horizons * RANK_ARMS.length;
  const terms = new Float32Array(some.length * width);
  const values = new Float32Array(some.length * columns);
  copyRows(design, width, some, terms);
  RANK_ARMS.forEach((arm, place) =>
    copyRows(targets[arm], horizons, some, values, columns, place * horizons),
  );
  tf.tidy(() => {
    const x = tf.tensor2d(terms, [some.length, width]);
    addTo(gram, tf.matMul(x, x, true).dataSync());
    // [2H, B], so that the sums of a target are adjacent.
    const products = tf.matMul(tf.tensor2d(values, [some.length, columns]), x, true).dataSync();
    RANK_ARMS.forEach((arm, place) =>
      right[arm].forEach((column, horizon) => {
        const start = (place * horizons + horizon) * width;
        addTo(column, products.subarray(start, start + width));
      }),
    );
  });
}

/** Adds the products of some rows' targets and returns, by pair of horizons. */
function addPairs(sums: GramSums, { horizons, targets, returns }: RankRows, some: Int32Array): void {
  for (let a = 0; a < horizons; a += 1)
    for (let b = 0; b < horizons; b += 1) {
      const at = a * horizons + b;
      sums.targets[at] =
        (sums.targets[at] ?? NaN) + sumOfProducts(targets.trained, a, targets.trained, b, horizons, some);
      sums.returns[at] =
        (sums.returns[at] ?? NaN) + sumOfProducts(targets.trained, a, returns, b, horizons, some);
    }
}

/** Σ x[row, a] · y[row, b] over some rows, in their order. @param width Of both, row-major. */
function sumOfProducts(
  x: Float32Array,
  a: number,
  y: Float32Array | Float64Array,
  b: number,
  width: number,
  some: Int32Array,
): number {
  let sum = 0;
  for (let at = 0; at < some.length; at += 1) {
    const first = (some[at] ?? -1) * width;
    sum += (x[first + a] ?? NaN) * (y[first + b] ?? NaN);
  }
  return sum;
}
