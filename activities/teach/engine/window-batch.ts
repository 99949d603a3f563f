import * as tf from '@tensorflow/tfjs';

import type { FeatureTable, SymbolTable } from '../feature-table.js';
import type { CohortSplit, WindowRows } from '../splits.js';
import { windowRows } from '../splits.js';
import type { HeadBasis } from './head-basis.js';
import { headFeatures } from './head-basis.js';
import { standardise } from './scaler.js';

export const WINDOW_PARTS = ['select', 'validation', 'fit', 'forward'] as const;
export type WindowPart = (typeof WINDOW_PARTS)[number];

/** A window that can be trained: its symbol's table and its rows. */
export interface TrainableWindow {
  readonly table: SymbolTable;
  readonly rows: WindowRows;
}

/**
 * One part of many windows as tensors with a leading window dimension, padded to a common number of
 * rows N and masked there.
 */
export interface WindowBatch {
  /** What the heads see [W, N, K]. */
  readonly features: tf.Tensor3D;
  /** Logit of the prior [W, N, 1]. */
  readonly logits: tf.Tensor3D;
  readonly labels: tf.Tensor3D;
  /** 1 for a row, 0 for padding [W, N, 1]. */
  readonly mask: tf.Tensor3D;
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
 * Brings one part of some windows onto the device. A single window gets an empty one beside it. The
 * caller disposes of the batch.
 */
export function windowBatch(
  windows: readonly TrainableWindow[],
  part: WindowPart,
  padded: number,
  basis: HeadBasis,
): WindowBatch {
  const width = basis.ensemble.widths[0] ?? 0;
  const count = Math.max(windows.length, SMALLEST_BATCH);
  const features = new Float32Array(count * padded * width);
  const labels = new Float32Array(count * padded);
  const mask = new Float32Array(count * padded);
  windows.forEach(({ table, rows }, window) => {
    rows[part].forEach((row, place) => {
      const at = window * padded + place;
      standardise(
        basis.ensemble.scaler,
        table.features.subarray(row * width, (row + 1) * width),
        features,
        at * width,
      );
      labels[at] = table.label[row] ?? 0;
      mask[at] = 1;
    });
  });
  const shape: [number, number, number] = [count, padded, 1];
  const seen = headFeatures(basis, tf.tensor3d(features, [count, padded, width]));
  return { ...seen, labels: tf.tensor3d(labels, shape), mask: tf.tensor3d(mask, shape) };
}

export function disposeBatch({ features, logits, labels, mask }: WindowBatch): void {
  tf.dispose([features, logits, labels, mask]);
}
