/**
 * TensorFlow.js, loaded as the CommonJS package that it is. An ESM import would first have Node read its
 * megabytes for names to export, which takes three times as long as loading it: a second at the start of
 * every trainer.
 */
// eslint-disable-next-line @typescript-eslint/no-require-imports -- the only spelling with types
export import tf = require('@tensorflow/tfjs');
