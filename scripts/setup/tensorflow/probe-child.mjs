// @ts-check
import { createRequire } from 'node:module';
import path from 'node:path';
import util from 'node:util';

/**
 * The child of probe.mjs: loads TensorFlow and uses it once.
 * @module
 */

// Node.js 23 removed it, and tfjs-node 4.22 still calls it.
const legacy = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (util));
legacy['isNullOrUndefined'] ??= (/** @type {unknown} */ value) => value === null || value === undefined;

const load = createRequire(path.join(process.argv[2] ?? '.', 'package.json'));
const tf = load('@tensorflow/tfjs-node-gpu');
const product = tf.matMul(tf.tensor2d([[1, 2]]), tf.tensor2d([[3], [4]])).dataSync()[0];
if (product !== 11) throw new Error(`a product of matrices is ${product} and not 11`);
const backend = tf.backend();
process.stdout.write(
  `gurukul-tensorflow ${JSON.stringify({
    libraryVersion: String(backend.binding.TF_Version ?? 'unknown'),
    gpu: backend.isUsingGpuDevice === true,
  })}\n`,
);
