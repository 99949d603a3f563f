import * as tf from '@tensorflow/tfjs';

import { forward, parameterCount } from './network.js';
import { download } from './download.js';
import type { RowSet } from './row-set.js';
import { gatherRows } from './row-set.js';
import type { Ensemble } from './train-ensemble.js';

/**
 * What a teacher's head sees of a row: the last hidden layer of every member of the prior, centred and
 * scaled so that its mean square is 1 over the prior's rows, and a one. A head with weights of standard
 * deviation σ then shifts logits by about σ through the hidden layers and σ through its intercept.
 */
export interface HeadBasis {
  readonly ensemble: Ensemble;
  /** Mean of the hidden units, member by member [K − 1]. */
  readonly centre: Float32Array;
  /** Root of the mean squared distance from the centre. */
  readonly spread: number;
}

/** Rows that centre and spread are measured on, at most. */
const MEASURED_ROWS = 8192;

/** Measures centre and spread on rows spread evenly over a set. */
export function headBasis(ensemble: Ensemble, rows: RowSet): HeadBasis {
  const hidden = (ensemble.widths.at(-2) ?? 0) * ensemble.members;
  const count = Math.min(rows.row.length, MEASURED_ROWS);
  if (count === 0) return { ensemble, centre: new Float32Array(hidden), spread: 1 };
  const indices = Int32Array.from({ length: count }, (_, index) =>
    Math.floor((index * rows.row.length) / count),
  );
  const { features } = gatherRows(rows, ensemble.scaler, indices);
  const [mean, variance] = tf.tidy(() => {
    const seen = run(ensemble, tf.tensor3d(features, [1, count, ensemble.widths[0] ?? 0]));
    const moments = tf.moments(seen.hidden, [0, 1]);
    return [moments.mean, moments.variance];
  });
  const spread = Math.sqrt(download(variance).reduce((sum, value) => sum + value, 0));
  const basis = { ensemble, centre: download(mean), spread: spread > 0 ? spread : 1 };
  tf.dispose([mean, variance]);
  return basis;
}

/** Width of what a head sees. */
export function headWidth({ centre }: HeadBasis): number {
  return centre.length + 1;
}

/** @param rows Standardised features [W, N, F]; disposed of. */
export function headFeatures(
  basis: HeadBasis,
  rows: tf.Tensor3D,
): { features: tf.Tensor3D; logits: tf.Tensor3D } {
  const [windows, count] = rows.shape;
  const seen = tf.tidy(() => {
    const { hidden, logits } = run(basis.ensemble, rows);
    const centred = tf.div<tf.Tensor3D>(tf.sub(hidden, basis.centre), basis.spread);
    return { features: tf.concat([centred, tf.ones<tf.Rank.R3>([windows, count, 1])], 2), logits };
  });
  rows.dispose();
  return seen;
}

/**
 * Hidden units of all members side by side [W, n, K − 1] and the mean of their logits [W, n, 1]. One
 * member at a time, so that every window is a matrix product of its own: TensorFlow adds up in another
 * order when a product grows, and a window's bits would depend on how many others there are.
 */
function run(
  { widths, members, parameters }: Ensemble,
  rows: tf.Tensor3D,
): { hidden: tf.Tensor3D; logits: tf.Tensor3D } {
  const count = parameterCount(widths);
  const passes = Array.from({ length: members }, (_, member) =>
    forward(widths, tf.tensor2d(parameters.subarray(member * count, (member + 1) * count), [1, count]), rows),
  );
  return {
    hidden: tf.concat(
      passes.flatMap(({ inputs }) => inputs.slice(-1)),
      2,
    ),
    logits: tf.mean(
      tf.concat(
        passes.map(({ logits }) => logits),
        2,
      ),
      2,
      true,
    ),
  };
}
