import type { Scaler } from '../rows/scaler.js';
import type { tf } from '../tensorflow.js';
import { clippedLayer, denseLayer } from './layers.js';

/**
 * Standardised columns, clipped, in two parts [2 × width]: min(clip, max(0, z)) and min(clip, max(0, −z)). Their
 * difference is z clipped to ±clip. The mean is subtracted first, as the trainer does it, so that no digits are lost
 * where it is large.
 */
export function standardisedLayers(
  name: string,
  input: tf.SymbolicTensor,
  { mean, deviation, clip }: Scaler,
): tf.SymbolicTensor {
  const width = mean.length;
  const centred = denseLayer(
    `${name}_centred`,
    input,
    Array.from(mean, (value) => -value),
    (from, to) => (from === to ? 1 : 0),
  );
  const scaled = denseLayer(`${name}_scaled`, centred, new Array<number>(2 * width).fill(0), (from, to) =>
    to % width === from ? (to < width ? 1 : -1) / (deviation[from] ?? NaN) : 0,
  );
  return clippedLayer(`${name}_clipped`, scaled, clip);
}

/** Weights of the two parts of {@link standardisedLayers}. */
export function bothParts(weights: Float32Array, factor = 1): number[] {
  const own = Array.from(weights, (weight) => factor * weight);
  return [...own, ...own.map((weight) => -weight)];
}
