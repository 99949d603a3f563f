import { calibratedLogits } from '../prior/calibration.js';
import type { PriorModel } from '../prior/fit-prior.js';
import type { ScoredRows } from '../ranking/exposed-scores.js';
import { exposedAt, partsOfRows } from '../ranking/exposed-scores.js';
import type { RankModel } from '../ranking/rank-model.js';
import { sumOfParts } from '../ranking/rank-scores.js';
import type { TrainableWindow } from './window-batch.js';
import { windowScales } from './window-batch.js';

/** A window's forward rows as models of permuted targets predict them. */
export interface PermutedRows {
  readonly logits: Float64Array;
  readonly scores: Float32Array;
}

/**
 * Forward predictions of both heads of a cohort's prior, fitted to targets that were permuted among the symbols of each
 * time. These are the prior's own: a window's adaptation to permuted labels would be one to noise.
 */
export function permutedRows(
  probability: PriorModel,
  score: RankModel,
  windows: readonly TrainableWindow[],
  padded: number,
  exposed: ReadonlyMap<string, ScoredRows>,
): PermutedRows[] {
  const spans = windows.map(({ table, rows }) => ({ table, rows: rows.forward }));
  const scales = windowScales(probability.scale, spans, padded);
  const { unit } = score.permuted.fit;
  const ranks = partsOfRows(score, 'fit', spans, exposed, 'permuted');
  return spans.map(({ table, rows }, place) => {
    const own = scales[place] ?? new Float32Array(0);
    const [logits = new Float64Array(0)] = calibratedLogits(
      [probability.fit],
      probability.scalers,
      table,
      rows,
      own,
    );
    const part = exposed.get(table.symbol);
    const scores = sumOfParts(ranks[place] ?? new Float32Array(0), unit);
    return { logits, scores: scores.map((value, at) => value - exposedAt(part, rows[at] ?? -1)) };
  });
}
