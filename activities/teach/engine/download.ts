import type * as tf from '@tensorflow/tfjs';

/** The values of a tensor of floats, in memory of our own. */
export function download(tensor: tf.Tensor): Float32Array<ArrayBuffer> {
  return Float32Array.from(tensor.dataSync());
}
