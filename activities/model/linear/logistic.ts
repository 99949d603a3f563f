import { tf } from '../tensorflow.js';
import { solvePositive } from './cholesky.js';
import type { Design } from '../rows/design.js';
import { addGram, addProjection, columnOf } from '../rows/design.js';
import type { LabelledBlocks, Targets } from '../rows/design-on-device.js';
import { labelledBlocks } from '../rows/design-on-device.js';
import { logit, sigmoid, smoothedRate } from '../../stats/logistic.js';

const MOST_STEPS = 50;
/** Steps shrink quadratically after fresh curvature: the one after such a step would change no digit that float32 keeps. */
const CONVERGED = 1e-4;
/** With older curvature they shrink by a factor, which below {@link SLOW} makes this as good. */
const CONVERGED_SLOWLY = 1e-5;
/** Curvature is summed anew where a step is not so much shorter than the one before. */
const SLOW = 0.1;

/**
 * Minimises the weighted sum of log-losses plus Σ ridge/2 · weight² by Newton's method; sums and solutions
 * in float64. Curvature hardly changes near the solution and costs most of a step, so it is kept as long as
 * steps shrink fast (the chord method). The constant is pulled only by half a label of either kind without
 * features (Jeffreys' prior), which keeps it finite where all labels are alike or there are none.
 *
 * @param ridge Pull on the weight of each feature, in labels [width − 1].
 * @param start Where to start from, such as the weights of a like regression.
 * @returns Weights of the features, then the constant [width]: logit = Σ weight · value.
 */
export function fitLogistic(
  design: Design,
  targets: Targets,
  ridge: readonly number[],
  start: Float32Array = constantAlone(design.width, targets),
): Float32Array {
  const blocks = labelledBlocks(design, targets);
  try {
    return minimise(blocks, ridge, Float64Array.from(start));
  } finally {
    blocks.dispose();
  }
}

/** @param solution Where to start from; moved to the solution. */
function minimise(blocks: LabelledBlocks, ridge: readonly number[], solution: Float64Array): Float32Array {
  let curvature: Float64Array | undefined;
  let before = Infinity;
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const fresh = curvature === undefined;
    const { right, gram = curvature } = slopes(blocks, ridge, solution, fresh);
    if (gram === undefined) break;
    const move = solvePositive(gram, right);
    const longest = move.reduce((most, part) => Math.max(most, Math.abs(part)), 0);
    if (!Number.isFinite(longest)) return Float32Array.from(solution).fill(NaN);
    move.forEach((part, at) => (solution[at] = (solution[at] ?? NaN) - part));
    if (longest <= (fresh ? CONVERGED : CONVERGED_SLOWLY)) break;
    curvature = fresh || longest <= SLOW * before ? gram : undefined;
    before = longest;
  }
  return Float32Array.from(solution);
}

/** The word of a model without features. */
function constantAlone(width: number, { labels, weights }: Targets): Float32Array {
  let [ones, rows] = [0, 0];
  for (let row = 0; row < labels.length; row += 1) {
    ones += (weights[row] ?? NaN) * (labels[row] ?? NaN);
    rows += weights[row] ?? NaN;
  }
  const start = new Float32Array(width);
  start[width - 1] = logit(smoothedRate(ones, rows));
  return start;
}

/** First (`right`) and, where wanted, second (`gram`) derivatives of what is minimised. */
function slopes(
  blocks: LabelledBlocks,
  ridge: readonly number[],
  solution: Float64Array,
  curved: boolean,
): { readonly right: Float64Array; readonly gram?: Float64Array } {
  const width = solution.length;
  const right = new Float64Array(width);
  const gram = new Float64Array(curved ? width * width : 0);
  const point = columnOf(Float32Array.from(solution));
  blocks.each(({ rows, labels, weights }) => {
    const probability = tf.sigmoid<tf.Tensor2D>(tf.matMul(rows, point));
    addProjection(right, rows, tf.mul(weights, tf.sub(probability, labels)));
    if (curved) addGram(gram, rows, tf.mul(weights, tf.mul(probability, tf.sub(1, probability))));
  });
  point.dispose();
  const constant = width - 1;
  const alone = sigmoid(solution[constant] ?? NaN);
  right[constant] = (right[constant] ?? NaN) + alone - 0.5;
  for (const [at, pull] of ridge.entries()) right[at] = (right[at] ?? NaN) + pull * (solution[at] ?? NaN);
  if (!curved) return { right };
  [...ridge, alone * (1 - alone)].forEach((pull, at) => {
    gram[at * width + at] = (gram[at * width + at] ?? NaN) + pull;
  });
  return { right, gram };
}
