import type { PriorPhase } from '../../../../activities/model/choices/phase.js';
import type { RankBasis } from '../../../../activities/model/ranking/basis.js';
import { BLEND_NAMES } from '../../../../activities/model/ranking/rank-grid.js';
import type {
  RankArm,
  RankHead,
  RankInputs,
  RankModel,
  RankWeights,
} from '../../../../activities/model/ranking/rank-model.js';
import type { RankRows } from '../../../../activities/model/ranking/rank-rows.js';
import type { RankedSpan } from '../../../../activities/model/ranking/rank-scores.js';
import { rankParts, sumOfParts } from '../../../../activities/model/ranking/rank-scores.js';

/** Scores of rows of many windows. */
export function rankScores(
  model: RankModel,
  phase: PriorPhase,
  spans: readonly RankedSpan[],
  arm: RankArm = 'trained',
): Float32Array[] {
  return rankParts(model, phase, spans, arm).map((parts) => sumOfParts(parts, model[arm][phase].unit));
}

/** Scores of some rows, in their order: the same bits as those of a window with these rows. */
export function scoreRows(
  basis: RankBasis,
  weights: RankWeights,
  symbols: readonly RankInputs[],
  { symbol, row }: Pick<RankRows, 'symbol' | 'row'>,
): Float32Array {
  const bySymbol = symbols.map((): number[] => []);
  symbol.forEach((own, at) => bySymbol[own]?.push(at));
  const spans = bySymbol.flatMap((places, own) => {
    const table = symbols[own];
    if (table === undefined || places.length === 0) return [];
    return [{ places, table, rows: Int32Array.from(places, (at) => row[at] ?? -1) }];
  });
  const scores = new Float32Array(symbol.length);
  const head: RankHead = { blend: BLEND_NAMES[0], select: weights, fit: weights };
  rankScores({ basis, trained: head, permuted: head }, 'select', spans).forEach((some, span) =>
    spans[span]?.places.forEach((at, place) => (scores[at] = some[place] ?? NaN)),
  );
  return scores;
}
