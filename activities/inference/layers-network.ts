import type { LayersModel } from './layers-model.js';
import { prepareLayers } from './prepare-layers.js';
import { readLayersModel } from './read-layers-model.js';

/** A layers model that plain arithmetic computes: without TensorFlow, and with the same bits on every machine. */
export interface LayersNetwork extends LayersModel {
  /**
   * Computes rows in double precision, each on its own.
   *
   * @param columns Row-major [rows × width] for each input by name; others are ignored.
   * @returns Row-major [rows × width] for each output by name; NaN where an input that it is
   * computed from is not finite.
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
  const known = new Uint8Array(inputs.length);
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
      const results = outputs.map(({ name, at, width, from }) => ({
        ...{ name, at, width, from },
        values: new Float64Array(rows * width).fill(NaN),
      }));
      for (let index = 0; index < rows; index += 1) {
        for (let input = 0; input < given.length; input += 1)
          known[input] = isCopied(given[input], index, row) ? 1 : 0;
        for (const step of steps) step(row);
        for (const { values, at, width, from } of results) {
          if (from.some((input) => known[input] === 0)) continue;
          for (let column = 0; column < width; column += 1)
            values[index * width + column] = row[at + column] ?? NaN;
        }
      }
      return Object.fromEntries(results.map(({ name, values }) => [name, values]));
    },
  };
}

/** The values of an input, and where they are put. */
interface GivenColumns {
  readonly values: Float32Array;
  readonly at: number;
  readonly width: number;
}

/** Puts the values of an input in their place. @returns Whether all of them are finite. */
function isCopied(given: GivenColumns | undefined, index: number, row: Float64Array): boolean {
  if (given === undefined) return false;
  const { values, at, width } = given;
  let known = true;
  for (let column = 0, cell = index * width; column < width; column += 1, cell += 1) {
    const value = values[cell] ?? NaN;
    known &&= Number.isFinite(value);
    row[at + column] = value;
  }
  return known;
}
