import * as tf from '@tensorflow/tfjs';

import type { Random } from '../../../data/random.js';
import type { NamedArray } from './named-arrays.js';

/**
 * Small dense networks, many at once: every tensor has a leading dimension of B networks (the members of
 * an ensemble, or windows). All parameters of a network are one row of a [B, P] tensor, kernel then bias
 * of each layer, so that optimiser, masks and checkpoints deal with one tensor.
 */

/** Widths from the features to the output, e.g. `[36, 32, 16, 1]`: tanh between, a number at the end. */
export type Widths = readonly number[];

/** Parameters of a network with these widths. */
export function parameterCount(widths: Widths): number {
  let count = 0;
  for (const { inputs, outputs } of layersOf(widths)) count += (inputs + 1) * outputs;
  return count;
}

/**
 * Start parameters [B, P]: kernels from Glorot's normal distribution, biases zero, and the last layer
 * such that every network says `bias` until it has learnt something.
 */
export function initialParameters(
  widths: Widths,
  networks: number,
  bias: number,
  random: Random,
): Float32Array {
  const parameters = new Float32Array(networks * parameterCount(widths));
  const layers = layersOf(widths);
  let at = 0;
  for (let network = 0; network < networks; network += 1)
    for (const { inputs, outputs, last } of layers) {
      const deviation = Math.sqrt(2 / (inputs + outputs));
      for (let weight = 0; weight < inputs * outputs; weight += 1, at += 1)
        parameters[at] = last ? 0 : deviation * random.normal();
      for (let unit = 0; unit < outputs; unit += 1, at += 1) parameters[at] = last ? bias : 0;
    }
  return parameters;
}

/** What a forward pass leaves for the backward pass. */
export interface Pass {
  /** Input of each layer: the features, then the hidden activations [B, n, width]. */
  readonly inputs: readonly tf.Tensor3D[];
  /** [B, n, 1]. */
  readonly outputs: tf.Tensor3D;
}

/**
 * Runs rows through the networks.
 *
 * @param parameters [B, P].
 * @param rows Features [B, n, F], or [1, n, F] for networks that see the same rows.
 */
export function forward(widths: Widths, parameters: tf.Tensor2D, rows: tf.Tensor3D): Pass {
  const inputs: tf.Tensor3D[] = [rows];
  let current = rows;
  for (const layer of layersOf(widths)) {
    const { kernel, bias } = unpack(parameters, layer);
    const sum = tf.add<tf.Tensor3D>(tf.matMul(current, kernel), bias);
    if (layer.last) return { inputs, outputs: sum };
    current = tf.tanh(sum);
    inputs.push(current);
  }
  throw new RangeError('a network has at least one layer');
}

/**
 * Gradient [B, P] of a loss, by backpropagation.
 *
 * @param slope Derivative of the loss by each output [B, n, 1].
 */
export function backward(
  widths: Widths,
  parameters: tf.Tensor2D,
  pass: Pass,
  slope: tf.Tensor3D,
): tf.Tensor2D {
  const gradients: tf.Tensor2D[] = [];
  let delta = slope;
  for (const [index, layer] of [...layersOf(widths).entries()].reverse()) {
    const input = pass.inputs[index];
    if (input === undefined) throw new RangeError('the pass is of another network');
    const networks = parameters.shape[0];
    gradients.unshift(
      tf.matMul(input, delta, true, false).reshape([networks, layer.inputs * layer.outputs]),
      tf.sum(delta, 1),
    );
    if (index === 0) break;
    const { kernel } = unpack(parameters, layer);
    // tanh' = 1 − tanh²
    delta = tf.mul<tf.Tensor3D>(tf.matMul(delta, kernel, false, true), tf.sub(1, tf.square(input)));
  }
  return tf.concat(gradients, 1);
}

interface LayerPlace {
  readonly inputs: number;
  readonly outputs: number;
  /** Where its kernel starts in a row of parameters; the bias follows. */
  readonly start: number;
  readonly last: boolean;
}

function layersOf(widths: Widths): LayerPlace[] {
  let start = 0;
  return widths.slice(1).map((outputs, index) => {
    const inputs = widths[index] ?? 0;
    const place = { inputs, outputs, start, last: index === widths.length - 2 };
    start += (inputs + 1) * outputs;
    return place;
  });
}

function unpack(
  parameters: tf.Tensor2D,
  { inputs, outputs, start }: LayerPlace,
): { kernel: tf.Tensor3D; bias: tf.Tensor3D } {
  const networks = parameters.shape[0];
  const weights = inputs * outputs;
  return {
    kernel: tf.slice(parameters, [0, start], [networks, weights]).reshape([networks, inputs, outputs]),
    bias: tf.slice(parameters, [0, start + weights], [networks, outputs]).reshape([networks, 1, outputs]),
  };
}

/** Parameters [B × P] as the arrays that a reader expects: `layer-0/kernel` [B, in, out], `layer-0/bias` [B, out], … */
export function splitParameters(widths: Widths, networks: number, parameters: Float32Array): NamedArray[] {
  return layerParts(widths, networks).map(({ name, shape, start, size }) => {
    const data = new Float32Array(networks * size);
    for (let network = 0; network < networks; network += 1) {
      const from = network * parameterCount(widths) + start;
      data.set(parameters.subarray(from, from + size), network * size);
    }
    return { name, shape, data };
  });
}

/** The inverse of {@link splitParameters}. @param part Data of the array with a name. */
export function joinParameters(
  widths: Widths,
  networks: number,
  part: (name: string) => Float32Array,
): Float32Array {
  const count = parameterCount(widths);
  const parameters = new Float32Array(networks * count);
  for (const { name, start, size } of layerParts(widths, networks)) {
    const data = part(name);
    if (data.length !== networks * size) throw new RangeError(`${name} has ${data.length} numbers`);
    for (let network = 0; network < networks; network += 1)
      parameters.set(data.subarray(network * size, (network + 1) * size), network * count + start);
  }
  return parameters;
}

function layerParts(
  widths: Widths,
  networks: number,
): { name: string; shape: number[]; start: number; size: number }[] {
  return layersOf(widths).flatMap(({ inputs, outputs, start }, layer) => [
    { name: `layer-${layer}/kernel`, shape: [networks, inputs, outputs], start, size: inputs * outputs },
    {
      name: `layer-${layer}/bias`,
      shape: [networks, outputs],
      start: start + inputs * outputs,
      size: outputs,
    },
  ]);
}
