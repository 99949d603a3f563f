import type { PriorPhase } from '../choices/phase.js';
import { downloadTidy, tf } from '../tensorflow.js';
import { treeScores } from '../trees/tree-scores.js';
import { fillBasis } from './basis.js';
import type { RankArm, RankInputs, RankModel, RankWeights } from './rank-model.js';

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

/** The parts of a model's last layer: the ranks themselves, all terms made from them, and the trees. */
export const RANK_PARTS = ['linear', 'nonLinear', 'trees'] as const;
/** Those that are products with weights. */
const LINEAR_PARTS = 2;

/**
 * Predicted ranks of rows of many windows, in parts. The tensors have a leading window dimension; every window is a
 * matrix product of its own and all tensors have one shape, padded with zeros, so that no value depends on what it is
 * computed with.
 *
 * @returns For each span, one value per row and part of {@link RANK_PARTS}, row-major: their sum is the rank.
 */
export function rankParts(
  model: RankModel,
  phase: PriorPhase,
  spans: readonly RankedSpan[],
  arm: RankArm = 'trained',
): Float32Array[] {
  const { terms } = model.basis;
  const width = terms.length;
  const ranks = spans.map(({ rows }) => new Float32Array(rows.length * RANK_PARTS.length));
  const pieces = spans.flatMap(({ rows }, span) =>
    Array.from({ length: Math.ceil(rows.length / ROWS_AT_ONCE) }, (_, piece) => ({
      span,
      from: piece * ROWS_AT_ONCE,
    })),
  );
  const design = new Float32Array(pieces.length === 0 ? 0 : WINDOWS_AT_ONCE * ROWS_AT_ONCE * width);
  const weights = tf.tensor3d(columnsOf(model, arm, phase), [1, width, LINEAR_PARTS]);
  for (let first = 0; first < pieces.length; first += WINDOWS_AT_ONCE) {
    const batch = pieces.slice(first, first + WINDOWS_AT_ONCE);
    design.fill(0);
    const part = ({ span, from }: { span: number; from: number }): Int32Array =>
      spans[span]?.rows.subarray(from, from + ROWS_AT_ONCE) ?? new Int32Array(0);
    batch.forEach((piece, place) => {
      const inputs = spans[piece.span]?.table;
      if (inputs !== undefined)
        fillBasis(model.basis, inputs, part(piece), design, place * ROWS_AT_ONCE * width);
    });
    const values = downloadTidy(() =>
      tf.matMul(tf.tensor3d(design, [WINDOWS_AT_ONCE, ROWS_AT_ONCE, width]), weights),
    );
    batch.forEach((piece, place) => {
      const start = place * ROWS_AT_ONCE * LINEAR_PARTS;
      const count = part(piece).length;
      const own = ranks[piece.span]?.subarray(piece.from * RANK_PARTS.length);
      for (let row = 0; row < count && own !== undefined; row += 1)
        for (let column = 0; column < LINEAR_PARTS; column += 1)
          own[row * RANK_PARTS.length + column] = values[start + row * LINEAR_PARTS + column] ?? NaN;
    });
  }
  weights.dispose();
  addTrees(model[arm][phase], spans, ranks);
  return ranks;
}

/** Fills the column of the trees. @param ranks As {@link rankParts} returns them. */
function addTrees(
  { trees }: RankWeights,
  spans: readonly RankedSpan[],
  ranks: readonly Float32Array[],
): void {
  if (trees === undefined) return;
  spans.forEach(({ table, rows }, span) => {
    const own = ranks[span];
    treeScores(trees.trees, [{ ranks: table.ranks, state: table.state, rows }]).forEach((sum, at) => {
      if (own !== undefined) own[at * RANK_PARTS.length + LINEAR_PARTS] = trees.factor * sum;
    });
  });
}

/** The weights as a column per linear part, with zeros for the terms of the other, row-major [B × 2]. */
function columnsOf({ basis, ...heads }: RankModel, arm: RankArm, phase: PriorPhase): Float32Array {
  const { weights } = heads[arm][phase];
  const columns = new Float32Array(weights.length * LINEAR_PARTS);
  basis.terms.forEach(({ kind }, term) => {
    columns[term * LINEAR_PARTS + (kind === 'rank' ? 0 : 1)] = weights[term] ?? NaN;
  });
  return columns;
}

/**
 * Scores from the parts of predicted ranks.
 *
 * @param parts Row-major [rows × {@link RANK_PARTS}].
 * @param unit Of the head's weights.
 * @returns Expected return over the blend's horizons relative to the symbols of the time, as a fraction [rows].
 */
export function sumOfParts(parts: Float32Array, unit: number): Float32Array {
  const columns = RANK_PARTS.length;
  const scores = new Float32Array(parts.length / columns);
  for (let row = 0; row < scores.length; row += 1) {
    let rank = 0;
    for (let part = 0; part < columns; part += 1) rank += parts[row * columns + part] ?? NaN;
    scores[row] = unit * rank;
  }
  return scores;
}
