import type { LayersModel } from './layers-model.js';
import { prepareLayers } from './prepare-layers.js';
import { readLayersModel } from './read-layers-model.js';

/** A layers model that plain arithmetic computes: without TensorFlow, and with the same bits on every machine. */
export interface LayersNetwork extends LayersModel {
  /**
   * Computes rows in double precision, each on its own.
   *
   * @param columns Row-major [rows × width] for each input by name; others are ignored.
   * @returns Row-major [rows × width] for each output by name; NaN in a row of which an input is not finite.
   * @throws RangeError when an input is missing or has another size.
   */
  readonly predict: (
    columns: Readonly<Record<string, Float32Array>>,
    rows: number,
  ) => Record<string, Float64Array>;
}

/**
 * Reads a TensorFlow.js layers model of dense layers (linear, tanh, relu, sigmoid), ReLU with a largest value,
 * concatenations and products, and prepares its computation.
 *
 * @param file Path of model.json, for messages.
 * @param weights Content of weights.bin.
 * @throws GurukulError BadSchema when the files are not such a model.
 */
export function readLayersNetwork(file: string, modelJson: Uint8Array, weights: Uint8Array): LayersNetwork {
  return layersNetwork(readLayersModel(file, modelJson, weights));
}

/** Prepares the computation of a model. */
export function layersNetwork(model: LayersModel): LayersNetwork {
  const { size, inputs, outputs, steps } = prepareLayers(model);
  // Every layer's columns of one row, side by side.
  const row = new Float64Array(size);
  return {
    ...model,
    predict: (columns, rows) => {
      const given = inputs.map(({ name, at, width }) => {
        const values = columns[name];
        if (values?.length !== rows * width)
          throw new RangeError(
            `input ${name} has ${values?.length ?? 'no'} values; expected ${rows} rows of ${width}`,
          );
        return { values, at, width };
      });
      const results = outputs.map(({ name, at, width }) => ({
        ...{ name, at, width },
        values: new Float64Array(rows * width).fill(NaN),
      }));
      for (let index = 0; index < rows; index += 1) {
        let known = true;
        for (const { values, at, width } of given)
          for (let column = 0; column < width; column += 1) {
            const value = values[index * width + column] ?? NaN;
            known &&= Number.isFinite(value);
            row[at + column] = value;
          }
        if (!known) continue;
        for (const step of steps) step(row);
        for (const { values, at, width } of results)
          for (let column = 0; column < width; column += 1)
            values[index * width + column] = row[at + column] ?? NaN;
      }
      return Object.fromEntries(results.map(({ name, values }) => [name, values]));
    },
  };
}
