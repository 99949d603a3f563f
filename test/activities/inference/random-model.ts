import {
  clippedLayer,
  denseLayer,
  inputLayer,
  joinedColumns,
  multipliedColumns,
  selectedColumns,
  weighedSum,
  widthOf,
} from '../../../activities/model/export/layers.js';
import { tf } from '../../../activities/model/tensorflow.js';
import type { LayersModelFiles } from '../../../activities/model/units/layers-model-files.js';
import { layersModelFiles } from '../../../activities/model/units/layers-model-files.js';
import type { Random } from '../../../data/random.js';
import { randomStream } from '../../../data/random.js';

/** A model of random layers, and its files. */
export interface RandomModel {
  readonly model: tf.LayersModel;
  readonly files: LayersModelFiles;
}

const INPUTS = ['features', 'relative', 'ranks', 'state'] as const;
const ACTIVATIONS = ['linear', 'relu', 'sigmoid', 'tanh'] as const;

/**
 * A model of some inputs and up to ten layers of any kind, and two heads that read the last ones. Weights are scaled so
 * that no sum is much larger than 1. The caller disposes of it.
 */
export async function randomModel(seed: number): Promise<RandomModel> {
  const random = randomStream(['random model', seed]);
  const inputs = INPUTS.slice(0, random.integer(1, INPUTS.length)).map((name) =>
    inputLayer(name, random.integer(1, 12)),
  );
  const known = [...inputs];
  const layers = random.integer(0, 10);
  for (let layer = 0; layer < layers; layer += 1) known.push(randomLayer(random, `layer_${layer}`, known));
  const head = (name: string, activation: 'linear' | 'sigmoid'): tf.SymbolicTensor => {
    const parts = [...new Set(known.slice(-3))].map((columns) => ({
      columns,
      weights: Array.from({ length: widthOf(columns) }, () => random.normal() / widthOf(columns)),
    }));
    return weighedSum(name, parts, random.normal(), activation);
  };
  const model = tf.model({
    name: 'student',
    inputs,
    outputs: [head('probability', 'sigmoid'), head('score', 'linear')],
  });
  return { model, files: await layersModelFiles(model, { seed, format: 'student/2' }) };
}

function randomLayer(random: Random, name: string, known: readonly tf.SymbolicTensor[]): tf.SymbolicTensor {
  const any = (): tf.SymbolicTensor => {
    const tensor = known[random.integer(0, known.length - 1)];
    if (tensor === undefined) throw new RangeError('there is no layer');
    return tensor;
  };
  const from = any();
  const width = widthOf(from);
  switch (random.integer(0, 4)) {
    case 0:
      return clippedLayer(name, from, 1 + random.uniform());
    case 1:
      // TensorFlow.js frees a tensor too early that a layer is given twice.
      return joinedColumns(name, [...new Set([from, any(), any()])]);
    case 2: {
      const columns = Array.from({ length: random.integer(1, 8) }, () => random.integer(0, width - 1));
      return selectedColumns(name, from, columns, 1 - 2 * random.integer(0, 1));
    }
    case 3: {
      const other = any();
      const of = (part: tf.SymbolicTensor): number[] =>
        Array.from({ length: 5 }, () => random.integer(0, widthOf(part) - 1));
      return multipliedColumns(
        name,
        selectedColumns(`${name}_one`, from, of(from)),
        selectedColumns(`${name}_other`, other, of(other)),
      );
    }
    default: {
      const activation = ACTIVATIONS[random.integer(0, ACTIVATIONS.length - 1)];
      const bias = Array.from({ length: random.integer(1, 12) }, () => random.normal());
      return denseLayer(name, from, bias, () => random.normal() / width, activation);
    }
  }
}

/** Random rows for the inputs of a model, by name. */
export function randomRows(
  inputs: readonly { readonly name: string; readonly width: number }[],
  rows: number,
  seed: number,
): Record<string, Float32Array> {
  const random = randomStream(['random rows', seed]);
  return Object.fromEntries(
    inputs.map(({ name, width }) => [
      name,
      Float32Array.from({ length: rows * width }, () => random.normal()),
    ]),
  );
}
