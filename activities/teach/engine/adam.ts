import * as tf from '@tensorflow/tfjs';

/** Parameters of many networks and what Adam remembers of their gradients; one shape for all three. */
export interface AdamState {
  readonly parameters: tf.Tensor;
  readonly mean: tf.Tensor;
  readonly square: tf.Tensor;
}

export interface AdamOptions {
  readonly rate: number;
  /** Steps taken, this one included: from 1. */
  readonly step: number;
  /** Pull of the parameters to zero per step and unit of rate (AdamW); broadcast to the parameters. */
  readonly decay?: tf.Tensor;
  /** 1 where a parameter may move, 0 where it is frozen; broadcast to the parameters. */
  readonly active?: tf.Tensor;
}

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-7;

/** State before the first step. The caller disposes of it. */
export function adamStart(parameters: tf.Tensor): AdamState {
  return { parameters, mean: tf.zerosLike(parameters), square: tf.zerosLike(parameters) };
}

/**
 * One step of Adam (Kingma and Ba 2015, algorithm 1, the bias correction folded into the rate; decay
 * decoupled as by Loshchilov and Hutter 2019). Disposes of the old state, not of the gradient.
 */
export function adamStep(state: AdamState, gradient: tf.Tensor, options: AdamOptions): AdamState {
  const { rate, step, decay, active } = options;
  const [parameters, mean, square] = tf.tidy(() => {
    const nextMean = tf.add(tf.mul(state.mean, BETA1), tf.mul(gradient, 1 - BETA1));
    const nextSquare = tf.add(tf.mul(state.square, BETA2), tf.mul(tf.square(gradient), 1 - BETA2));
    const scale = Math.sqrt(1 - BETA2 ** step);
    const corrected = (rate * scale) / (1 - BETA1 ** step);
    let change: tf.Tensor = tf.mul(tf.div(nextMean, tf.add(tf.sqrt(nextSquare), EPSILON * scale)), corrected);
    if (decay !== undefined) change = tf.add(change, tf.mul(tf.mul(state.parameters, decay), rate));
    // Frozen parameters keep their bits even where their gradient is not a number.
    const next = tf.sub(state.parameters, change);
    return [
      active === undefined
        ? next
        : tf.where(tf.greater(tf.broadcastTo(active, next.shape), 0), next, state.parameters),
      nextMean,
      nextSquare,
    ];
  });
  tf.dispose([state.parameters, state.mean, state.square]);
  return { parameters, mean, square };
}
