import { tf } from '../tensorflow.js';
import { solvePositive } from './cholesky.js';
import type { Design } from '../rows/design.js';
import { addGram, addProjection, columnOf } from '../rows/design.js';
import type { LabelledBlocks, Targets } from '../rows/design-on-device.js';
import { labelledBlocks } from '../rows/design-on-device.js';
import { logit, sigmoid, smoothedRate } from '../../stats/logistic.js';

const MAX_STEPS = 50;
/** With a fresh Hessian steps shrink quadratically: after a step below this, the next one would not change a float32 digit. */
const CONVERGED = 1e-4;
/** With a reused Hessian steps shrink linearly, by a factor below {@link SLOW}, so this tolerance is as good. */
const CONVERGED_SLOWLY = 1e-5;
/** Steps of the second try, whose length is limited. */
const MAX_SHORT_STEPS = 500;
/** No part of a short step is longer: about the logit's difference between a rate of 1 in 2 and 1 in 4. */
const SHORT_STEP = 1;
/** The Hessian is recomputed where a step is longer than this share of the previous one. */
const SLOW = 0.1;

/**
 * Ridge logistic regression: minimises the weighted sum of log-losses plus Σ ridge/2 · weight² by Newton's
 * method, with sums and solutions in float64. Most of a step's cost is the Hessian, which hardly changes near
 * the solution, so it is reused as long as steps shrink fast (the chord method). Far from the solution, as with a
 * few rows of a rare class, a whole step may lead to where all probabilities are 0 or 1 and the Hessian is singular:
 * then it is done again with short steps. The intercept has no ridge
 * penalty but a weak prior, half a label of each class (Jeffreys' prior), which keeps it finite where all
 * labels are equal or there are no rows.
 *
 * @param ridge Ridge penalty of each feature's weight [width − 1]; its unit is the information of a row.
 * @param start Starting point, such as the weights of a similar regression. @default the intercept alone
 * @returns Weights of the features, then the intercept [width]: logit = Σ weight · value.
 */
export function fitLogistic(
  design: Design,
  targets: Targets,
  ridge: readonly number[],
  start: Float32Array = interceptOnly(design.width, targets),
): Float32Array {
  const blocks = labelledBlocks(design, targets);
  try {
    const solution = minimise(blocks, ridge, Float64Array.from(start));
    return solution.every(Number.isFinite)
      ? solution
      : minimiseByShortSteps(blocks, ridge, Float64Array.from(start));
  } finally {
    blocks.dispose();
  }
}

/** @param solution Starting point; updated in place. */
function minimise(blocks: LabelledBlocks, ridge: readonly number[], solution: Float64Array): Float32Array {
  let hessian: Float64Array | undefined;
  let before = Infinity;
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const fresh = hessian === undefined;
    const { right, gram = hessian } = derivatives(blocks, ridge, solution, fresh);
    if (gram === undefined) break;
    const move = solvePositive(gram, right);
    const longest = move.reduce((most, part) => Math.max(most, Math.abs(part)), 0);
    if (!Number.isFinite(longest)) return Float32Array.from(solution).fill(NaN);
    move.forEach((part, at) => (solution[at] = (solution[at] ?? NaN) - part));
    if (longest <= (fresh ? CONVERGED : CONVERGED_SLOWLY)) break;
    hessian = fresh || longest <= SLOW * before ? gram : undefined;
    before = longest;
  }
  return Float32Array.from(solution);
}

/** Newton's method with a fresh Hessian a step and a bound on its length. @param solution As {@link minimise}. */
function minimiseByShortSteps(
  blocks: LabelledBlocks,
  ridge: readonly number[],
  solution: Float64Array,
): Float32Array {
  for (let step = 0; step < MAX_SHORT_STEPS; step += 1) {
    const { right, gram } = derivatives(blocks, ridge, solution, true);
    if (gram === undefined) break;
    const move = solvePositive(gram, right);
    const longest = move.reduce((most, part) => Math.max(most, Math.abs(part)), 0);
    if (!Number.isFinite(longest)) return Float32Array.from(solution).fill(NaN);
    const share = Math.min(1, SHORT_STEP / longest);
    move.forEach((part, at) => (solution[at] = (solution[at] ?? NaN) - share * part));
    if (longest <= CONVERGED) break;
  }
  return Float32Array.from(solution);
}

/** Weights of a model without features. */
function interceptOnly(width: number, { labels, weights }: Targets): Float32Array {
  let [ones, rows] = [0, 0];
  for (let row = 0; row < labels.length; row += 1) {
    ones += (weights[row] ?? NaN) * (labels[row] ?? NaN);
    rows += weights[row] ?? NaN;
  }
  const start = new Float32Array(width);
  start[width - 1] = logit(smoothedRate(ones, rows));
  return start;
}

/** Gradient (`right`) and, if requested, Hessian (`gram`) of the objective. */
function derivatives(
  blocks: LabelledBlocks,
  ridge: readonly number[],
  solution: Float64Array,
  withHessian: boolean,
): { readonly right: Float64Array; readonly gram?: Float64Array } {
  const width = solution.length;
  const right = new Float64Array(width);
  const gram = new Float64Array(withHessian ? width * width : 0);
  const column = columnOf(Float32Array.from(solution));
  blocks.each(({ rows, labels, weights }) => {
    const probability = tf.sigmoid<tf.Tensor2D>(tf.matMul(rows, column));
    addProjection(right, rows, tf.mul(weights, tf.sub(probability, labels)));
    if (withHessian) addGram(gram, rows, tf.mul(weights, tf.mul(probability, tf.sub(1, probability))));
  });
  column.dispose();
  // Jeffreys' prior on the intercept.
  const intercept = width - 1;
  const rate = sigmoid(solution[intercept] ?? NaN);
  right[intercept] = (right[intercept] ?? NaN) + rate - 0.5;
  for (const [at, penalty] of ridge.entries())
    right[at] = (right[at] ?? NaN) + penalty * (solution[at] ?? NaN);
  if (!withHessian) return { right };
  [...ridge, rate * (1 - rate)].forEach((penalty, at) => {
    gram[at * width + at] = (gram[at * width + at] ?? NaN) + penalty;
  });
  return { right, gram };
}
