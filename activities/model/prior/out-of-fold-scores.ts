import { sigmoid } from '../../stats/logistic.js';
import { logitScore } from '../../../data/predictions/logit-score.js';
import type { FeatureTable } from '../../market/feature-table.js';
import type { RankFit } from '../ranking/fit-rank-model.js';
import { exposedAt, exposedScores } from '../ranking/exposed-scores.js';
import { rankScores } from '../ranking/rank-scores.js';
import { rankedTimes } from '../ranking/ranked-times.js';
import type { OutOfFold } from './choose-prior.js';

/**
 * The rank head's out-of-fold score of every out-of-fold row of the probability. Rows that its own thinning left out
 * are scored by the weights of their block, and what exposures explain is taken out; where there is nothing to rank the score is the logit of the probability.
 */
export function outOfFoldScores(
  table: FeatureTable,
  { symbol, row, logit }: OutOfFold,
  { model, outOfFold }: Pick<RankFit, 'model' | 'outOfFold'>,
): Float64Array {
  const known = table.symbols.map(() => new Map<number, number>());
  for (const [at, place] of outOfFold.symbol.entries())
    known[place]?.set(outOfFold.row[at] ?? -1, outOfFold.score[at] ?? NaN);
  const ranked = rankedTimes(table);
  const missing = new Map<string, number[]>();
  const scores = Float64Array.from(logit, (value, at) => {
    const place = symbol[at] ?? -1;
    const time = table.symbols[place]?.time[row[at] ?? -1] ?? NaN;
    if (!ranked.has(time)) return logitScore(sigmoid(value));
    const score = known[place]?.get(row[at] ?? -1);
    if (score !== undefined) return score;
    const block = outOfFold.blocks.findIndex(({ start, end }) => time >= start && time < end);
    // Both heads have the same folds, but the last rows of the past may have no label of this one.
    if (block < 0) return logitScore(sigmoid(value));
    const key = `${block} ${place}`;
    const others = missing.get(key);
    if (others === undefined) missing.set(key, [at]);
    else others.push(at);
    return NaN;
  });
  for (const [key, rows] of missing) {
    const [block = -1, place = -1] = key.split(' ').map(Number);
    const weights = outOfFold.blocks[block]?.weights;
    const own = table.symbols[place];
    if (weights === undefined || own === undefined) continue;
    const head = { ...model.trained, select: weights };
    const spans = [{ table: own, rows: Int32Array.from(rows, (at) => row[at] ?? -1) }];
    const [found] = rankScores({ ...model, trained: head }, 'select', spans);
    for (const [at, to] of rows.entries()) scores[to] = found?.[at] ?? NaN;
  }
  const everyone = new Set(table.symbols.map((own) => own.symbol));
  for (const { start, end, weights } of outOfFold.blocks) {
    const head = { ...model.trained, select: weights };
    const span = { arm: 'trained', phase: 'select', from: start, until: end } as const;
    const parts = exposedScores(table, { ...model, trained: head }, span, everyone);
    symbol.forEach((place, at) => {
      const own = table.symbols[place];
      const time = own?.time[row[at] ?? -1] ?? NaN;
      if (own === undefined || time < start || time >= end || !ranked.has(time)) return;
      scores[at] = (scores[at] ?? NaN) - exposedAt(parts.get(own.symbol), row[at] ?? -1);
    });
  }
  return scores;
}
