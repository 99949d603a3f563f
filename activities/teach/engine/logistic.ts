import * as tf from '@tensorflow/tfjs';

import { solvePositive } from './cholesky.js';
import type { Design } from './design.js';
import { addGram, addProjection, columnOf, eachBlock } from './design.js';
import { logit, sigmoid, smoothedRate } from './log-loss.js';

/** What a logistic regression is fitted to, a number a row. */
export interface LogisticTargets {
  /** 0 or 1, or a share between. */
  readonly labels: Float32Array;
  /** How much each row counts; their mean is about 1. */
  readonly weights: Float32Array;
}

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
  targets: LogisticTargets,
  ridge: readonly number[],
  start: Float32Array = constantAlone(design.width, targets),
): Float32Array {
  const { width } = design;
  const solution = Float64Array.from(start);
  let curvature: Float64Array | undefined;
  let before = Infinity;
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const fresh = curvature === undefined;
    const { right, gram = curvature } = slopes(design, targets, ridge, solution, fresh);
    if (gram === undefined) break;
    const move = solvePositive(gram, right);
    const longest = move.reduce((most, part) => Math.max(most, Math.abs(part)), 0);
    if (!Number.isFinite(longest)) return Float32Array.from(solution).fill(NaN);
    for (let at = 0; at < width; at += 1) solution[at] = (solution[at] ?? NaN) - (move[at] ?? NaN);
    if (longest <= (fresh ? CONVERGED : CONVERGED_SLOWLY)) break;
    curvature = fresh || longest <= SLOW * before ? gram : undefined;
    before = longest;
  }
  return Float32Array.from(solution);
}

/** The word of a model without features. */
function constantAlone(width: number, { labels, weights }: LogisticTargets): Float32Array {
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
  design: Design,
  { labels, weights }: LogisticTargets,
  ridge: readonly number[],
  solution: Float64Array,
  curved: boolean,
): { readonly right: Float64Array; readonly gram?: Float64Array } {
  const { width } = design;
  const right = new Float64Array(width);
  const gram = new Float64Array(curved ? width * width : 0);
  const column = Float32Array.from(solution);
  eachBlock(design, (block, from, until) => {
    const logits = tf.matMul(block, columnOf(column)).dataSync();
    const off = new Float32Array(until - from);
    const bend = new Float32Array(curved ? off.length : 0);
    for (let row = 0; row < off.length; row += 1) {
      const probability = sigmoid(logits[row] ?? NaN);
      const weight = weights[from + row] ?? NaN;
      off[row] = weight * (probability - (labels[from + row] ?? NaN));
      if (curved) bend[row] = weight * probability * (1 - probability);
    }
    addProjection(right, block, columnOf(off));
    if (curved) addGram(gram, block, columnOf(bend));
  });
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
