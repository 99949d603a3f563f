import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { z } from 'zod';

import type { SymbolTable } from '../../../../activities/market/feature-table.js';
import { tf } from '../../../../activities/model/tensorflow.js';

const modelSchema = z.looseObject({
  format: z.literal('layers-model'),
  modelTopology: z.looseObject({}),
  weightsManifest: z.tuple([
    z.strictObject({
      paths: z.tuple([z.literal('weights.bin')]),
      weights: z.array(
        z.strictObject({ name: z.string(), shape: z.array(z.number()), dtype: z.literal('float32') }),
      ),
    }),
  ]),
  userDefinedMetadata: z.looseObject({
    run: z.string(),
    entry: z.string(),
    window: z.looseObject({ label: z.string() }),
    label: z.looseObject({ text: z.string() }),
    inputs: z.array(z.looseObject({ name: z.string(), columns: z.array(z.string()) })),
    outputs: z.array(z.looseObject({ name: z.string() })),
    departures: z.record(z.string(), z.record(z.string(), z.number())),
    units: z.record(z.string(), z.looseObject({ uri: z.string(), sha256: z.string() })),
  }),
});

/** A model as anybody opens it: by tf.loadLayersModel, from its two files. */
export interface OpenModel {
  readonly metadata: z.output<typeof modelSchema>['userDefinedMetadata'];
  readonly model: tf.LayersModel;
}

export async function openModel(folder: string): Promise<OpenModel> {
  const parsed = modelSchema.parse(JSON.parse(await readFile(path.join(folder, 'model.json'), 'utf8')));
  const bytes = await readFile(path.join(folder, 'weights.bin'));
  const [{ weights }] = parsed.weightsManifest;
  const model = await tf.loadLayersModel({
    load: () =>
      Promise.resolve({
        modelTopology: parsed.modelTopology,
        weightSpecs: weights,
        weightData: new Uint8Array(bytes).buffer,
      }),
  });
  return { model, metadata: parsed.userDefinedMetadata };
}

/**
 * Probabilities and scores of some rows of a symbol.
 *
 * @param explained What the exposures explain of the score of each row of the table.
 */
export function predict(
  { model, metadata }: OpenModel,
  table: SymbolTable,
  rows: readonly number[],
  explained: Float32Array,
): { readonly probability: Float32Array; readonly score: Float32Array } {
  const given: Readonly<Record<string, Float32Array>> = {
    features: table.features,
    relative: table.relative,
    ranks: table.ranks,
    state: table.state,
    explained,
  };
  return tf.tidy(() => {
    const inputs = metadata.inputs.map(({ name, columns }) => {
      const [all, width] = [given[name] ?? new Float32Array(0), columns.length];
      const values = rows.map((row) => Array.from(all.subarray(row * width, (row + 1) * width)));
      return tf.tensor2d(values, [rows.length, width]);
    });
    const outputs = model.predict(inputs);
    if (!Array.isArray(outputs)) throw new TypeError('the model has one output');
    const [probability, score] = outputs.map((output) => Float32Array.from(output.dataSync()));
    return { probability: probability ?? new Float32Array(0), score: score ?? new Float32Array(0) };
  });
}
