import type { RankBasis } from '../../../../activities/model/ranking/basis.js';
import { BLEND_NAMES } from '../../../../activities/model/ranking/rank-grid.js';
import type { RankHead, RankInputs, RankWeights } from '../../../../activities/model/ranking/rank-model.js';
import type { RankRows } from '../../../../activities/model/ranking/rank-rows.js';
import { rankScores } from '../../../../activities/model/ranking/rank-scores.js';

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
