/**
 * TensorFlow.js, loaded as the CommonJS package that it is. An ESM import would first have Node read its
 * megabytes for names to export: a third of the processor time that a trainer takes to start.
 */
// eslint-disable-next-line @typescript-eslint/no-require-imports -- the only spelling with types
export import tf = require('@tensorflow/tfjs');

/** The values of a tensor of floats, in memory of our own. */
export function download(tensor: tf.Tensor): Float32Array<ArrayBuffer> {
  return Float32Array.from(tensor.dataSync());
}
