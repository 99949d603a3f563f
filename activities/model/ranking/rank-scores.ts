import type { PriorPhase } from '../choices/phase.js';
import { downloadTidy, tf } from '../tensorflow.js';
import { treeScores } from '../trees/tree-scores.js';
import { fillBasis } from './basis.js';
import type { RankArm, RankInputs, RankModel } from './rank-model.js';

/** Some rows of one symbol, such as those of a window. */
export interface RankedSpan {
  readonly table: RankInputs;
  readonly rows: Int32Array;
}

/**
 * Windows per batched product and rows per window, both constant: a library chooses its kernel, and with it the order
 * of a sum, by the shape. Longer windows take several places.
 */
const WINDOWS_AT_ONCE = 16;
const ROWS_AT_ONCE = 256;

/**
 * Scores of rows of many windows. The tensors have a leading window dimension; every window is a matrix product of its
 * own and all tensors have one shape, padded with zeros, so that no score depends on what it is computed with.
 *
 * @returns A score for each row of each span: expected return over the blend's horizons relative to the symbols of the
 * time, as a fraction.
 */
export function rankScores(
  model: RankModel,
  phase: PriorPhase,
  spans: readonly RankedSpan[],
  arm: RankArm = 'trained',
): Float32Array[] {
  const { weights, unit, trees } = model[arm][phase];
  const width = model.basis.terms.length;
  const scores = spans.map(({ rows }) => new Float32Array(rows.length));
  const pieces = spans.flatMap(({ rows }, span) =>
    Array.from({ length: Math.ceil(rows.length / ROWS_AT_ONCE) }, (_, piece) => ({
      span,
      from: piece * ROWS_AT_ONCE,
    })),
  );
  const column = tf.tensor3d(weights, [1, width, 1]);
  for (let first = 0; first < pieces.length; first += WINDOWS_AT_ONCE) {
    const batch = pieces.slice(first, first + WINDOWS_AT_ONCE);
    const design = new Float32Array(WINDOWS_AT_ONCE * ROWS_AT_ONCE * width);
    const part = ({ span, from }: { span: number; from: number }): Int32Array =>
      spans[span]?.rows.subarray(from, from + ROWS_AT_ONCE) ?? new Int32Array(0);
    batch.forEach((piece, place) => {
      const inputs = spans[piece.span]?.table;
      if (inputs !== undefined)
        fillBasis(model.basis, inputs, part(piece), design, place * ROWS_AT_ONCE * width);
    });
    const ranks = downloadTidy(() =>
      tf.matMul(tf.tensor3d(design, [WINDOWS_AT_ONCE, ROWS_AT_ONCE, width]), column),
    );
    batch.forEach((piece, place) => {
      const start = place * ROWS_AT_ONCE;
      const own = ranks.subarray(start, start + part(piece).length);
      scores[piece.span]?.set(
        own.map((rank) => unit * rank),
        piece.from,
      );
    });
  }
  column.dispose();
  if (trees !== undefined)
    spans.forEach(({ table, rows }, span) => {
      const own = scores[span];
      treeScores(trees.trees, [{ ...table, rows }]).forEach((sum, at) => {
        if (own !== undefined) own[at] = (own[at] ?? NaN) + unit * trees.factor * sum;
      });
    });
  return scores;
}
