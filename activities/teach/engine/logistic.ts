import { solvePositive } from './cholesky.js';
import type { Design } from './design.js';
import { addMoments, columnOf, eachBlock, linearOutputs } from './design.js';
import { sigmoid } from './log-loss.js';

/** What a logistic regression is fitted to, a number a row. */
export interface LogisticTargets {
  /** 0 or 1, or a share between. */
  readonly labels: Float32Array;
  /** How much each row counts; their mean is about 1. */
  readonly weights: Float32Array;
}

const MOST_STEPS = 50;
/** Steps shrink quadratically: the one after such a step would change no digit that float32 keeps. */
const CONVERGED = 1e-4;

/**
 * Minimises the weighted sum of log-losses plus Σ ridge/2 · weight² by Newton's method; sums and solutions
 * in float64. The constant is pulled only by half a label of either kind without features (Jeffreys'
 * prior), which keeps it finite where all labels are alike or there are none.
 *
 * @param ridge Pull on the weight of each feature, in labels [width − 1].
 * @param start Where to start from, such as the weights of a like regression.
 * @returns Weights of the features, then the constant [width]: logit = Σ weight · value.
 */
export function fitLogistic(
  design: Design,
  targets: LogisticTargets,
  ridge: readonly number[],
  start: Float32Array = new Float32Array(design.width),
): Float32Array {
  const { width } = design;
  const constant = width - 1;
  const solution = Float64Array.from(start);
  let longest = Infinity;
  for (let step = 0; step < MOST_STEPS && longest > CONVERGED; step += 1) {
    const { gram, right } = slopes(design, targets, Float32Array.from(solution));
    for (let at = 0; at < constant; at += 1) {
      gram[at * width + at] = (gram[at * width + at] ?? NaN) + (ridge[at] ?? NaN);
      right[at] = (right[at] ?? NaN) + (ridge[at] ?? NaN) * (solution[at] ?? NaN);
    }
    const alone = sigmoid(solution[constant] ?? NaN);
    gram[width * width - 1] = (gram[width * width - 1] ?? NaN) + alone * (1 - alone);
    right[constant] = (right[constant] ?? NaN) + alone - 0.5;
    const move = solvePositive(gram, right);
    longest = move.reduce((most, part) => Math.max(most, Math.abs(part)), 0);
    if (!Number.isFinite(longest)) return Float32Array.from(solution).fill(NaN);
    for (let at = 0; at < width; at += 1) solution[at] = (solution[at] ?? NaN) - (move[at] ?? NaN);
  }
  return Float32Array.from(solution);
}

/** First (`right`) and second (`gram`) derivatives of the weighted sum of log-losses. */
function slopes(
  design: Design,
  { labels, weights }: LogisticTargets,
  solution: Float32Array,
): { gram: Float64Array; right: Float64Array } {
  const { count, width } = design;
  const curvature = new Float32Array(count);
  const off = new Float32Array(count);
  const logits = linearOutputs(design, solution);
  for (let row = 0; row < count; row += 1) {
    const probability = sigmoid(logits[row] ?? NaN);
    const weight = weights[row] ?? NaN;
    off[row] = weight * (probability - (labels[row] ?? NaN));
    curvature[row] = weight * probability * (1 - probability);
  }
  const sums = { gram: new Float64Array(width * width), right: new Float64Array(width) };
  eachBlock(design, (block, from, until) => {
    addMoments(sums, block, columnOf(curvature.subarray(from, until)), columnOf(off.subarray(from, until)));
  });
  return sums;
}
