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

/** Units that are summed together: a processor adds to several sums in the time of one. */
const UNITS_AT_ONCE = 4;

/** Σ over all entries; for each input, the weights of {@link UNITS_AT_ONCE} units lie side by side. */
function fullSums({ kernel, bias, width }: DenseLayer, from: number, to: number): Step {
  const inputs = kernel.length / width;
  const blocks = Math.ceil(width / UNITS_AT_ONCE);
  const weights = new Float64Array(blocks * inputs * UNITS_AT_ONCE);
  for (let unit = 0; unit < width; unit += 1)
    for (let input = 0; input < inputs; input += 1) {
      const block = Math.floor(unit / UNITS_AT_ONCE) * inputs + input;
      weights[block * UNITS_AT_ONCE + (unit % UNITS_AT_ONCE)] = kernel[input * width + unit] ?? NaN;
    }
  // As long as the blocks: a read past its end, seen once, would make this loop slow for every layer.
  const starts = new Float64Array(blocks * UNITS_AT_ONCE);
  starts.set(bias);
  return (row) => {
    for (let unit = 0, entry = 0; unit < width; unit += UNITS_AT_ONCE) {
      let sum0 = starts[unit] ?? 0;
      let sum1 = starts[unit + 1] ?? 0;
      let sum2 = starts[unit + 2] ?? 0;
      let sum3 = starts[unit + 3] ?? 0;
      for (let input = from; input < from + inputs; input += 1, entry += UNITS_AT_ONCE) {
        const value = row[input] ?? NaN;
        sum0 += (weights[entry] ?? NaN) * value;
        sum1 += (weights[entry + 1] ?? NaN) * value;
        sum2 += (weights[entry + 2] ?? NaN) * value;
        sum3 += (weights[entry + 3] ?? NaN) * value;
      }
      row[to + unit] = sum0;
      if (unit + 1 < width) row[to + unit + 1] = sum1;
      if (unit + 2 < width) row[to + unit + 2] = sum2;
      if (unit + 3 < width) row[to + unit + 3] = sum3;
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
