import { solvePositive } from '../model/linear/cholesky.js';

/**
 * Ridge penalty as a share of a column's own sum of squares: at 1, half of a weight's estimate is left. The rank head's
 * declared default is near it; nothing is tuned here.
 */
const RIDGE_SHARE = 1;

/** Sums of a regression, to which rows are added one after another. */
export class RidgeOfColumns {
  private readonly gram: Float64Array;
  private readonly right: Float64Array;
  private rows = 0;

  /** @param width Number of columns. */
  constructor(private readonly width: number) {
    this.gram = new Float64Array(width * width);
    this.right = new Float64Array(width);
  }

  /** Adds a row. @param columns Values near 0. @param target Its mean over the rows should be near 0: there is no intercept. */
  add(columns: Float64Array, target: number): void {
    const { width, gram, right } = this;
    for (let a = 0; a < width; a += 1) {
      const value = columns[a] ?? NaN;
      if (value === 0) continue;
      right[a] = (right[a] ?? NaN) + value * target;
      for (let b = 0; b <= a; b += 1)
        gram[a * width + b] = (gram[a * width + b] ?? NaN) + value * (columns[b] ?? NaN);
    }
    this.rows += 1;
  }

  /** Weights of the columns; zeros without rows. */
  weights(): Float64Array {
    const { width, gram, right, rows } = this;
    if (rows === 0) return new Float64Array(width);
    const matrix = gram.slice();
    for (let a = 0; a < width; a += 1) {
      const own = matrix[a * width + a] ?? NaN;
      // A column of zeros gets the weight 0.
      matrix[a * width + a] = own + RIDGE_SHARE * own + 1;
    }
    return solvePositive(matrix, right);
  }
}

/** Sum of the columns times their weights. */
export function weighted(columns: Float64Array, weights: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < columns.length; at += 1) sum += (columns[at] ?? NaN) * (weights[at] ?? NaN);
  return sum;
}
