/**
 * TensorFlow.js, loaded as CommonJS. With an ESM import, Node would first scan megabytes of source for
 * exported names: a third of the CPU time that a trainer needs to start.
 */
// eslint-disable-next-line @typescript-eslint/no-require-imports -- the only spelling with types
export import tf = require('@tensorflow/tfjs');

/** Copies the values of a float tensor. */
export function download(tensor: tf.Tensor): Float32Array<ArrayBuffer> {
  // `Float32Array.from` would iterate.
  return new Float32Array(tensor.dataSync());
}

/**
 * The values of a tensor that is computed and disposed of in here, with all others. (`tf.tidy` itself looks for tensors
 * in every element of an array that is returned from it: that took longer than the products.)
 */
export function downloadTidy(compute: () => tf.Tensor): Float32Array<ArrayBuffer> {
  let values = new Float32Array(0);
  tf.tidy(() => {
    values = download(compute());
  });
  return values;
}
