import path from 'node:path';

import type { FileRef } from '../../../data/schemas/file-ref.js';
import { writeRef } from '../../../data/store/file-refs.js';
import type { Home } from '../../../data/store/home.js';
import { layersModelFiles } from '../units/layers-model-files.js';
import { arrayNamed } from '../units/named-arrays.js';
import { splitParameters } from '../network/network.js';
import type { Scaler } from '../rows/scaler.js';
import type { Ensemble } from '../network/train-ensemble.js';
import { tf } from '../tensorflow.js';

/**
 * A trained network as a TensorFlow.js layers model on raw features: the scaler is folded into the first
 * layer, (x − mean) / deviation · K + b = x · (K / deviation) + (b − Σ mean · K / deviation),
 * so the model needs nothing else. The caller disposes of it.
 */
export function studentModel({ shape, parameters }: Ensemble, scaler: Scaler): tf.Sequential {
  const { features, hidden: units } = shape;
  const arrays = splitParameters(shape, parameters);
  const data = (name: string): Float32Array => arrayNamed(arrays, name).data;
  const { kernel, bias } = foldScaler(data('layer-0/kernel'), data('layer-0/bias'), scaler);
  const model = tf.sequential({
    name: 'student',
    layers: [
      // Never used, but without them tf.layers would draw unseeded random numbers.
      tf.layers.dense({
        name: 'hidden',
        inputShape: [features],
        units,
        activation: 'tanh',
        kernelInitializer: 'zeros',
      }),
      tf.layers.dense({ name: 'probability', units: 1, activation: 'sigmoid', kernelInitializer: 'zeros' }),
    ],
  });
  const weights = [
    tf.tensor2d(kernel, [features, units]),
    tf.tensor1d(bias),
    tf.tensor2d(data('layer-1/kernel'), [units, 1]),
    tf.tensor1d(data('layer-1/bias')),
  ];
  model.setWeights(weights);
  tf.dispose(weights);
  return model;
}

/** Predicted probabilities for rows of raw features [n × F]. */
export function studentProbabilities(model: tf.Sequential, rows: Float32Array, width: number): Float32Array {
  return tf.tidy(() => {
    const output = model.predict(tf.tensor2d(rows, [rows.length / width, width]));
    return Float32Array.from((Array.isArray(output) ? output[0] : output)?.dataSync() ?? []);
  });
}

/**
 * Writes model.json and weights.bin as `tf.loadLayersModel` opens them.
 *
 * @param features Names of the features in the model's input order; stored in its metadata.
 */
export async function writeStudent(
  home: Home,
  directory: string,
  model: tf.Sequential,
  features: readonly string[],
): Promise<{ model: FileRef; weights: FileRef }> {
  const files = await layersModelFiles(model, { features });
  const weights = await writeRef(
    home,
    path.join(directory, 'weights.bin'),
    files['weights.bin'],
    model.weights.length,
  );
  return { weights, model: await writeRef(home, path.join(directory, 'model.json'), files['model.json'], 1) };
}

function foldScaler(
  kernel: Float32Array,
  bias: Float32Array,
  { mean, deviation }: Scaler,
): { kernel: Float32Array; bias: Float32Array } {
  const units = bias.length;
  const folded = Float64Array.from(kernel, (weight, at) => weight / (deviation[Math.floor(at / units)] ?? 1));
  return {
    kernel: Float32Array.from(folded),
    bias: bias.map((value, unit) =>
      mean.reduce((sum, centre, feature) => sum - centre * (folded[feature * units + unit] ?? 0), value),
    ),
  };
}
