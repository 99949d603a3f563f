import { tf } from '../tensorflow.js';
import type { Expansion } from './gram.js';

/** The columns of a design, then those of random tanh units [(F + 1) × units]. */
export function withTanhUnits(units: Float32Array, width: number): Expansion {
  return (block) => {
    const layer = tf.tensor2d(units, [width, units.length / width]);
    return tf.concat2d([block, tf.tanh(tf.matMul(block, layer))], 1);
  };
}
