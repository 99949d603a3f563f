import { tf } from '../tensorflow.js';

/** A weight matrix as a function of its place. */
export type Kernel = (from: number, to: number) => number;

/** Some columns of the model, each with a weight in a sum. */
export interface WeighedColumns {
  readonly columns: tf.SymbolicTensor;
  readonly weights: readonly number[];
}

/** A named input of a row's values. */
export function inputLayer(name: string, width: number): tf.SymbolicTensor {
  return tf.input({ name, shape: [width] });
}

/** A dense layer with these weights: activation(x · kernel + bias). */
export function denseLayer(
  name: string,
  input: tf.SymbolicTensor,
  bias: readonly number[],
  kernel: Kernel,
  activation: 'linear' | 'relu' | 'sigmoid' | 'tanh' = 'linear',
): tf.SymbolicTensor {
  const [width, units] = [widthOf(input), bias.length];
  // Without initializers tf.layers would draw unseeded random numbers that are never used.
  const layer = tf.layers.dense({ name, units, activation, kernelInitializer: 'zeros' });
  const output = applied(layer, input);
  const values = new Float32Array(width * units);
  for (let from = 0; from < width; from += 1)
    for (let to = 0; to < units; to += 1) values[from * units + to] = kernel(from, to);
  const weights = [tf.tensor2d(values, [width, units]), tf.tensor1d([...bias])];
  layer.setWeights(weights);
  tf.dispose(weights);
  return output;
}

/** The columns with these numbers, each times a factor. */
export function selectedColumns(
  name: string,
  input: tf.SymbolicTensor,
  columns: readonly number[],
  factor = 1,
): tf.SymbolicTensor {
  const kernel: Kernel = (from, to) => (columns[to] === from ? factor : 0);
  return denseLayer(
    name,
    input,
    columns.map(() => 0),
    kernel,
  );
}

/** min(limit, max(0, x)). */
export function clippedLayer(name: string, input: tf.SymbolicTensor, limit: number): tf.SymbolicTensor {
  return applied(tf.layers.reLU({ name, maxValue: limit }), input);
}

/** Columns side by side. */
export function joinedColumns(name: string, parts: readonly tf.SymbolicTensor[]): tf.SymbolicTensor {
  const [first] = parts;
  if (first !== undefined && parts.length === 1) return first;
  return applied(tf.layers.concatenate({ name }), [...parts]);
}

/** Column by column. */
export function multipliedColumns(
  name: string,
  one: tf.SymbolicTensor,
  other: tf.SymbolicTensor,
): tf.SymbolicTensor {
  return applied(tf.layers.multiply({ name }), [one, other]);
}

/** activation(Σ weight · column + bias): the output of a head. */
export function weighedSum(
  name: string,
  parts: readonly WeighedColumns[],
  bias: number,
  activation: 'linear' | 'sigmoid' = 'linear',
): tf.SymbolicTensor {
  const weights = parts.flatMap((part) => part.weights);
  const columns = joinedColumns(
    `${name}_terms`,
    parts.map((part) => part.columns),
  );
  return denseLayer(name, columns, [bias], (from) => weights[from] ?? NaN, activation);
}

/** Number of columns. */
export function widthOf({ shape }: tf.SymbolicTensor): number {
  return shape.at(-1) ?? NaN;
}

function applied(layer: tf.layers.Layer, input: tf.SymbolicTensor | tf.SymbolicTensor[]): tf.SymbolicTensor {
  const output = layer.apply(input);
  if (!(output instanceof tf.SymbolicTensor)) throw new TypeError(`layer ${layer.name} has no single output`);
  return output;
}
