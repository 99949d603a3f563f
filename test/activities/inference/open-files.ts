import { z } from 'zod';

import { tf } from '../../../activities/model/tensorflow.js';
import type { LayersModelFiles } from '../../../activities/model/units/layers-model-files.js';

const modelSchema = z.looseObject({
  modelTopology: z.looseObject({}),
  weightsManifest: z.tuple([
    z.looseObject({
      weights: z.array(
        z.object({ name: z.string(), shape: z.array(z.number()), dtype: z.literal('float32') }),
      ),
    }),
  ]),
});

/** Opens the files of a model with tf.loadLayersModel. The caller disposes of it. */
export function openFiles(files: LayersModelFiles): Promise<tf.LayersModel> {
  const parsed = modelSchema.parse(JSON.parse(Buffer.from(files['model.json']).toString()));
  return tf.loadLayersModel({
    load: () =>
      Promise.resolve({
        modelTopology: parsed.modelTopology,
        weightSpecs: parsed.weightsManifest[0].weights,
        weightData: new Uint8Array(files['weights.bin']).buffer,
      }),
  });
}

/** Outputs of a model, in order. @param columns Row-major, by input. */
export function tensorOutputs(
  model: tf.LayersModel,
  columns: Readonly<Record<string, Float32Array>>,
  rows: number,
): Float32Array[] {
  return tf.tidy(() => {
    // A layer's tensor may have another name than the layer.
    const inputs = model.inputs.map(({ shape }, at) => {
      const name = model.inputNames[at] ?? '';
      return tf.tensor2d(columns[name] ?? [], [rows, shape.at(-1) ?? NaN]);
    });
    const outputs = model.predict(inputs);
    return [outputs].flat().map((output) => Float32Array.from(output.dataSync()));
  });
}
