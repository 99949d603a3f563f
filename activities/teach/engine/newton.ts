import { sigmoid } from './log-loss.js';

/** Rows of a logistic regression. */
export interface LogisticRows {
  /** Row-major [n × width]. */
  readonly values: Float32Array;
  readonly width: number;
  /** 0 or 1 [n]. */
  readonly labels: Float32Array;
  /** Logits that the regression starts from [n]. */
  readonly offsets: Float64Array;
}

/** Logit of a row: its offset + intercept + Σ weight · value. */
export interface LogisticFit {
  readonly intercept: number;
  readonly weights: Float64Array;
}

const MOST_STEPS = 50;
const CONVERGED = 1e-9;
/** A step that is not this much shorter than the one before wants a new Hessian. */
const SHORTER = 0.25;

/**
 * Minimises the sum of log-losses plus ridge/2 · |weights|², in float64 and a fixed order of summation, by
 * Newton's method (a Hessian is used again as long as steps shrink fast). The intercept is pulled only by
 * half a label of either kind without features (Jeffreys' prior), which keeps it finite where all labels
 * are alike or there are none.
 */
export function fitLogistic(rows: LogisticRows, ridge: number): LogisticFit {
  const size = rows.width + 1;
  const solution = new Float64Array(size);
  let factor: Float64Array | undefined;
  let last = Infinity;
  for (let step = 0; step < MOST_STEPS && last > CONVERGED; step += 1) {
    const { gradient, curvature } = slopes(rows, solution, ridge);
    factor ??= cholesky(hessian(rows, solution, curvature, ridge), size);
    const move = solveFactored(factor, gradient);
    let longest = 0;
    for (let at = 0; at < size; at += 1) {
      solution[at] = (solution[at] ?? NaN) - (move[at] ?? NaN);
      longest = Math.max(longest, Math.abs(move[at] ?? NaN));
    }
    if (!Number.isFinite(longest)) break;
    if (longest > SHORTER * last) factor = undefined;
    last = longest;
  }
  return { intercept: solution[0] ?? NaN, weights: solution.slice(1) };
}

/** Gradient by intercept and weights, and p(1 − p) of every row. */
function slopes(
  { values, width, labels, offsets }: LogisticRows,
  solution: Float64Array,
  ridge: number,
): { gradient: Float64Array; curvature: Float64Array } {
  const gradient = Float64Array.from(solution, (weight, at) =>
    at === 0 ? sigmoid(weight) - 0.5 : ridge * weight,
  );
  const curvature = new Float64Array(labels.length);
  for (let row = 0; row < labels.length; row += 1) {
    const start = row * width;
    let logit = (offsets[row] ?? NaN) + (solution[0] ?? NaN);
    for (let at = 0; at < width; at += 1) logit += (solution[at + 1] ?? NaN) * (values[start + at] ?? NaN);
    const probability = sigmoid(logit);
    const off = probability - (labels[row] ?? NaN);
    curvature[row] = probability * (1 - probability);
    gradient[0] = (gradient[0] ?? NaN) + off;
    for (let at = 0; at < width; at += 1)
      gradient[at + 1] = (gradient[at + 1] ?? NaN) + off * (values[start + at] ?? NaN);
  }
  return { gradient, curvature };
}

/** Lower triangle of the second derivatives, row-major. */
function hessian(
  { values, width, labels }: LogisticRows,
  solution: Float64Array,
  curvature: Float64Array,
  ridge: number,
): Float64Array {
  const size = width + 1;
  const sums = new Float64Array(size * size);
  const intercept = sigmoid(solution[0] ?? NaN);
  sums[0] = intercept * (1 - intercept);
  for (let at = 1; at < size; at += 1) sums[at * size + at] = ridge;
  for (let row = 0; row < labels.length; row += 1) {
    const weight = curvature[row] ?? NaN;
    const start = row * width - 1;
    sums[0] += weight;
    for (let i = 1; i < size; i += 1) {
      const scaled = weight * (values[start + i] ?? NaN);
      const line = i * size;
      sums[line] = (sums[line] ?? NaN) + scaled;
      for (let j = 1; j <= i; j += 1)
        sums[line + j] = (sums[line + j] ?? NaN) + scaled * (values[start + j] ?? NaN);
    }
  }
  return sums;
}

/** Lower factor L of a symmetric positive definite matrix L·Lᵀ, of which the lower triangle is read. */
function cholesky(matrix: Float64Array, size: number): Float64Array {
  const factor = new Float64Array(size * size);
  for (let i = 0; i < size; i += 1)
    for (let j = 0; j <= i; j += 1) {
      let rest = matrix[i * size + j] ?? NaN;
      for (let k = 0; k < j; k += 1) rest -= (factor[i * size + k] ?? NaN) * (factor[j * size + k] ?? NaN);
      factor[i * size + j] = i === j ? Math.sqrt(rest) : rest / (factor[j * size + j] ?? NaN);
    }
  return factor;
}

/** Solves L·Lᵀ·x = b. */
function solveFactored(factor: Float64Array, b: Float64Array): Float64Array {
  const size = b.length;
  const x = b.slice();
  for (let i = 0; i < size; i += 1) {
    let rest = x[i] ?? NaN;
    for (let k = 0; k < i; k += 1) rest -= (factor[i * size + k] ?? NaN) * (x[k] ?? NaN);
    x[i] = rest / (factor[i * size + i] ?? NaN);
  }
  for (let i = size - 1; i >= 0; i -= 1) {
    let rest = x[i] ?? NaN;
    for (let k = i + 1; k < size; k += 1) rest -= (factor[k * size + i] ?? NaN) * (x[k] ?? NaN);
    x[i] = rest / (factor[i * size + i] ?? NaN);
  }
  return x;
}
