import * as tf from '@tensorflow/tfjs';

import type { FeatureTable, SymbolTable } from '../feature-table.js';
import type { CohortSplit, WindowRows } from '../splits.js';
import { windowRows } from '../splits.js';
import { download } from './download.js';
import { forward, parameterCount } from './network.js';
import { standardise } from './scaler.js';
import type { Ensemble } from './train-ensemble.js';

export const WINDOW_PARTS = ['select', 'validation', 'fit', 'forward'] as const;
export type WindowPart = (typeof WINDOW_PARTS)[number];

/** A window that can be trained: its symbol's table and its rows. */
export interface TrainableWindow {
  readonly table: SymbolTable;
  readonly rows: WindowRows;
}

/**
 * Rows that every window of a cohort is padded to, by part. They come from the whole table and not from
 * the windows of a shard, and are a multiple of the widest vector registers, so that no figure of a
 * window depends on which windows it is trained with.
 */
export function paddedRows(table: FeatureTable, split: CohortSplit): Readonly<Record<WindowPart, number>> {
  const padded = { select: VECTOR, validation: VECTOR, fit: VECTOR, forward: VECTOR };
  for (const symbol of table.symbols) {
    const rows = windowRows(symbol, split);
    for (const part of WINDOW_PARTS)
      padded[part] = Math.max(padded[part], Math.ceil(rows[part].length / VECTOR) * VECTOR);
  }
  return padded;
}

/** 32-bit floats in the widest vector register in use (AVX-512). */
const VECTOR = 16;

/** TensorFlow multiplies a batch of one by another rule than a batch of more. */
const SMALLEST_BATCH = 2;

/**
 * What an ensemble says of one part of many windows: a tensor with a leading window dimension, each window
 * padded to a common number of rows, which are masked out of the answer. A single window gets an empty one
 * beside it.
 *
 * @returns For each window, the mean of the members' outputs of its rows.
 */
export function windowOutputs(
  ensemble: Ensemble,
  windows: readonly TrainableWindow[],
  part: WindowPart,
  padded: number,
): Float32Array[] {
  const width = ensemble.widths[0] ?? 0;
  const count = Math.max(windows.length, SMALLEST_BATCH);
  const features = new Float32Array(count * padded * width);
  windows.forEach(({ table, rows }, window) => {
    rows[part].forEach((row, place) => {
      const cells = table.features.subarray(row * width, (row + 1) * width);
      standardise(ensemble.scaler, cells, features, (window * padded + place) * width);
    });
  });
  const outputs = tf.tidy(() =>
    download(meanOutput(ensemble, tf.tensor3d(features, [count, padded, width]))),
  );
  return windows.map(({ rows }, window) =>
    outputs.slice(window * padded, window * padded + rows[part].length),
  );
}

/**
 * Mean of the members' outputs [W, n, 1]. One member at a time, so that every window is a matrix product of
 * its own: TensorFlow adds up in another order when a product grows, and a window's bits would depend on
 * how many others there are.
 */
function meanOutput({ widths, members, parameters }: Ensemble, rows: tf.Tensor3D): tf.Tensor {
  const count = parameterCount(widths);
  const passes = Array.from({ length: members }, (_, member) => {
    const own = tf.tensor2d(parameters.subarray(member * count, (member + 1) * count), [1, count]);
    return forward(widths, own, rows).outputs;
  });
  return tf.mean(tf.concat(passes, 2), 2, true);
}
