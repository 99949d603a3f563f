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
    const { hidden: units } = run(ensemble, tf.tensor2d(features, [count, ensemble.widths[0] ?? 0]));
    const moments = tf.moments(units, 0);
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
  const [windows, count, width] = rows.shape;
  const seen = tf.tidy(() => {
    const { hidden, logits } = run(basis.ensemble, rows.reshape([windows * count, width]));
    const centred = tf.div(tf.sub(hidden, basis.centre), basis.spread);
    return {
      features: tf
        .concat([centred, tf.ones([windows * count, 1])], 1)
        .reshape<tf.Tensor3D>([windows, count, headWidth(basis)]),
      logits: logits.reshape<tf.Tensor3D>([windows, count, 1]),
    };
  });
  rows.dispose();
  return seen;
}

/** Hidden units of all members side by side [n, K − 1] and the mean of their logits [n, 1]. */
function run(
  { widths, members, parameters }: Ensemble,
  rows: tf.Tensor2D,
): { hidden: tf.Tensor2D; logits: tf.Tensor2D } {
  const [count, width] = rows.shape;
  const networks = tf.tensor2d(parameters, [members, parameterCount(widths)]);
  const { inputs, logits } = forward(widths, networks, rows.reshape([1, count, width]));
  const hidden = inputs.at(-1);
  if (hidden === undefined) throw new RangeError('an ensemble has a hidden layer');
  return {
    hidden: tf.transpose(hidden, [1, 0, 2]).reshape([count, members * (widths.at(-2) ?? 0)]),
    logits: tf.mean<tf.Tensor2D>(logits, 0),
  };
}
