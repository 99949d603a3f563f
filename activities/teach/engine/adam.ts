import * as tf from '@tensorflow/tfjs';

/** Parameters of many networks and what Adam remembers of their gradients; one shape for all three. */
export interface AdamState<Kind extends tf.Tensor = tf.Tensor> {
  readonly parameters: Kind;
  readonly mean: Kind;
  readonly square: Kind;
}

export interface AdamOptions {
  readonly rate: number;
  /** Steps taken, this one included: from 1. */
  readonly step: number;
}

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-7;

/** State before the first step. The caller disposes of it. */
export function adamStart<Kind extends tf.Tensor>(parameters: Kind): AdamState<Kind> {
  return { parameters, mean: tf.zerosLike(parameters), square: tf.zerosLike(parameters) };
}

/**
 * One step of Adam (Kingma and Ba 2015, algorithm 1, the bias correction folded into the rate). Disposes of
 * the old state, not of the gradient.
 */
export function adamStep<Kind extends tf.Tensor>(
  state: AdamState<Kind>,
  gradient: Kind,
  { rate, step }: AdamOptions,
): AdamState<Kind> {
  const scale = Math.sqrt(1 - BETA2 ** step);
  const corrected = (rate * scale) / (1 - BETA1 ** step);
  const next = tf.tidy(() => {
    const mean = tf.add<Kind>(tf.mul(state.mean, BETA1), tf.mul(gradient, 1 - BETA1));
    const square = tf.add<Kind>(tf.mul(state.square, BETA2), tf.mul(tf.square(gradient), 1 - BETA2));
    const change = tf.mul<Kind>(tf.div(mean, tf.add(tf.sqrt(square), EPSILON * scale)), corrected);
    return { parameters: tf.sub<Kind>(state.parameters, change), mean, square };
  });
  tf.dispose([state.parameters, state.mean, state.square]);
  return next;
}
