import { sigmoid } from '../../stats/logistic.js';
import { logitScore } from '../../../data/predictions/logit-score.js';
import { exposedParts } from '../ranking/exposed-parts.js';
import { exposedAt, spannedScores } from '../ranking/exposed-scores.js';
import type { RankFit } from '../ranking/fit-rank-model.js';
import type { RankTable } from '../ranking/rank-model.js';
import { rankedTimes } from '../ranking/ranked-times.js';
import type { OutOfFold } from './choose-prior.js';

/**
 * The rank head's out-of-fold score of every out-of-fold row of the probability, without what exposures explain. Where
 * there is nothing to rank the score is the logit of the probability, as it is outside of the tested blocks: the last
 * rows of the past may have no label of the rank head.
 */
export function outOfFoldScores(
  table: RankTable,
  { symbol, row, logit }: Pick<OutOfFold, 'symbol' | 'row' | 'logit'>,
  { model, tested }: Pick<RankFit, 'model' | 'tested'>,
): Float64Array {
  const scores = Float64Array.from(logit, (value) => logitScore(sigmoid(value)));
  const ranked = rankedTimes(table);
  const everyone = new Set(table.symbols.map((own) => own.symbol));
  for (const { start, end, weights } of tested) {
    const head = { ...model.trained, select: weights };
    const span = { arm: 'trained', phase: 'select', from: start, until: end } as const;
    const spanned = spannedScores(table, { ...model, trained: head }, span);
    const parts = exposedParts(table, spanned, everyone);
    symbol.forEach((place, at) => {
      const own = table.symbols[place];
      const of = row[at] ?? -1;
      const time = own?.time[of] ?? NaN;
      const part = parts.get(own?.symbol ?? '');
      if (part === undefined || time < start || time >= end || !ranked.has(time)) return;
      scores[at] = (spanned.scores[place]?.[of - part.first] ?? NaN) - exposedAt(part, of);
    });
  }
  return scores;
}
