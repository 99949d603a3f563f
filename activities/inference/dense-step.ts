import { exp } from '../../data/math/exp.js';
import type { Activation, DenseLayer } from './layers-model.js';

/** Computes a layer from the columns of layers before it; all of them are in one array. */
export type Step = (row: Float64Array) => void;

/** A kernel with at most this share of entries other than 0 is run over these alone. */
const SPARSE = 0.25;

/**
 * A dense layer. Sums start from the bias and run in the order of the inputs; entries of 0 change no sum, so that
 * leaving them out gives the same bits.
 *
 * @param from Where its inputs begin in the row.
 * @param to Where its outputs begin.
 */
export function denseStep(layer: DenseLayer, from: number, to: number): Step {
  const { kernel, activation, width } = layer;
  const known = kernel.reduce((count, weight) => count + (weight === 0 ? 0 : 1), 0);
  const sums =
    known <= SPARSE * kernel.length ? sparseSums(layer, from, to, known) : fullSums(layer, from, to);
  const activate = ACTIVATE[activation];
  if (activate === undefined) return sums;
  return (row) => {
    sums(row);
    for (let at = to; at < to + width; at += 1) row[at] = activate(row[at] ?? NaN);
  };
}

const ACTIVATE: Readonly<Record<Activation, ((value: number) => number) | undefined>> = {
  linear: undefined,
  relu: (value) => Math.max(0, value),
  sigmoid: (value) => 1 / (1 + exp(-value)),
  // Exact in the limits, and within 2e-16 of the hyperbolic tangent.
  tanh: (value) => 1 - 2 / (exp(2 * value) + 1),
};

/** Σ over all entries; the weights of a unit lie side by side. */
function fullSums({ kernel, bias, width }: DenseLayer, from: number, to: number): Step {
  const inputs = kernel.length / width;
  const weights = new Float64Array(kernel.length);
  for (let input = 0; input < inputs; input += 1)
    for (let unit = 0; unit < width; unit += 1)
      weights[unit * inputs + input] = kernel[input * width + unit] ?? NaN;
  const starts = Float64Array.from(bias);
  return (row) => {
    for (let unit = 0, entry = 0; unit < width; unit += 1) {
      let sum = starts[unit] ?? NaN;
      for (let input = 0; input < inputs; input += 1, entry += 1)
        sum += (weights[entry] ?? NaN) * (row[from + input] ?? NaN);
      row[to + unit] = sum;
    }
  };
}

/** Σ over the entries other than 0. @param known Their number. */
function sparseSums({ kernel, bias, width }: DenseLayer, from: number, to: number, known: number): Step {
  const inputs = kernel.length / width;
  const weights = new Float64Array(known);
  const places = new Int32Array(known);
  const ends = new Int32Array(width);
  let count = 0;
  for (let unit = 0; unit < width; unit += 1) {
    for (let input = 0; input < inputs; input += 1) {
      const weight = kernel[input * width + unit] ?? NaN;
      if (weight === 0) continue;
      weights[count] = weight;
      places[count] = from + input;
      count += 1;
    }
    ends[unit] = count;
  }
  const starts = Float64Array.from(bias);
  return (row) => {
    for (let unit = 0, entry = 0; unit < width; unit += 1) {
      let sum = starts[unit] ?? NaN;
      const end = ends[unit] ?? 0;
      for (; entry < end; entry += 1) sum += (weights[entry] ?? NaN) * (row[places[entry] ?? 0] ?? NaN);
      row[to + unit] = sum;
    }
  };
}
