import { doublesOf } from '../../../data/math/fill-columns.js';
import { sigmoid } from '../../stats/logistic.js';
import { logitScore } from '../../../data/predictions/logit-score.js';
import type { RankTable } from '../ranking/rank-model.js';
import { rankedTimes } from '../ranking/ranked-times.js';
import type { TestedScores } from '../ranking/tree-choice.js';
import type { OutOfFold } from './choose-prior.js';

/**
 * The rank head's out-of-fold score of every out-of-fold row of the probability, without what exposures explain. At
 * times when there is nothing to rank it is the logit of the probability.
 *
 * @returns NaN for rows that the rank head did not test: of many rows each head takes a part.
 */
export function outOfFoldScores(
  table: RankTable,
  { symbol, row, logit }: Pick<OutOfFold, 'symbol' | 'row' | 'logit'>,
  tested: TestedScores,
): Float64Array {
  const ranked = rankedTimes(table);
  const known = table.symbols.map(({ time }) => new Float64Array(time.length).fill(NaN));
  tested.score.forEach((score, at) =>
    known[tested.symbol[at] ?? -1]?.fill(score, tested.row[at], (tested.row[at] ?? -1) + 1),
  );
  return doublesOf(logit, (value, at) => {
    const [place, own] = [symbol[at] ?? -1, row[at] ?? -1];
    if (ranked.has(table.symbols[place]?.time[own] ?? NaN)) return known[place]?.[own] ?? NaN;
    return logitScore(sigmoid(value));
  });
}
