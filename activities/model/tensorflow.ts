/**
 * TensorFlow.js, loaded as CommonJS. With an ESM import, Node would first scan megabytes of source for
 * exported names: a third of the CPU time that a trainer needs to start.
 */
// eslint-disable-next-line @typescript-eslint/no-require-imports -- the only spelling with types
export import tf = require('@tensorflow/tfjs');

/** Copies the values of a float tensor. */
export function download(tensor: tf.Tensor): Float32Array<ArrayBuffer> {
  return Float32Array.from(tensor.dataSync());
}
