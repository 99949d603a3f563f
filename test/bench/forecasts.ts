import { BASE_RATE_FLOOR } from '../../activities/stats/log-loss.js';
import type { FeatureTable } from '../../activities/market/feature-table.js';
import type { TrainerResult } from '../../activities/model/jobs.js';
import { GurukulError } from '../../data/errors.js';
import { logitScore } from '../../data/predictions/logit-score.js';
import { concatPredictions, decodePredictions, takeRows } from '../../data/predictions/parquet.js';
import type { Model, Predictions } from '../../data/predictions/prediction.js';
import { readJsonRef, readRef } from '../../data/store/file-refs.js';
import type { Home } from '../../data/store/home.js';
import { unitManifestSchema } from '../../data/store/units.js';
import type { ForwardCohort } from './forward-rows.js';

/** The forward rows of a model in all units of a run, sorted by date, symbol and window. */
export async function forwardPredictions(
  home: Home,
  units: readonly TrainerResult[],
  model: Model,
): Promise<Predictions> {
  const parts: Predictions[] = [];
  for (const { manifest } of units) {
    const { outputs } = await readJsonRef(home, manifest, unitManifestSchema);
    const { predictions } = outputs;
    if (predictions !== undefined) parts.push(await decodePredictions(await readRef(home, predictions)));
  }
  const all = concatPredictions(parts);
  return takeRows(
    all,
    Array.from(all.split.keys()).filter((row) => all.split[row] === 'forward' && all.model[row] === model),
  );
}

/**
 * The rows of the windows that every set predicts: a window that was not trained with one seed is left out of
 * all sets.
 *
 * @throws GurukulError Bug when the sets do not predict the same rows of a window.
 */
export function sameRows(sets: readonly Predictions[]): Predictions[] {
  const windows = sets.map(({ window }) => new Set(window));
  const cut = sets.map((set) =>
    takeRows(
      set,
      Array.from(set.window.keys()).filter((row) =>
        windows.every((known) => known.has(set.window[row] ?? '')),
      ),
    ),
  );
  const keys = cut.map(({ window, date }) =>
    window.map((label, row) => `${label} ${date[row] ?? ''}`).join(),
  );
  if (new Set(keys).size > 1) throw new GurukulError('Bug', 'two seeds predict different rows of a window');
  return cut;
}

/** The same rows with other probabilities, which rank. */
export function withProbability(rows: Predictions, probability: ArrayLike<number>): Predictions {
  const values = Array.from(probability);
  return { ...rows, probability: values, score: values.map(logitScore) };
}

/** The same rows with other scores and no probability; rows whose score is not known are left out. */
export function withScore(rows: Predictions, score: ArrayLike<number>): Predictions {
  const known = Array.from(rows.window.keys()).filter((row) => !Number.isNaN(score[row] ?? NaN));
  return {
    ...takeRows(rows, known),
    probability: known.map(() => 0.5),
    score: known.map((row) => score[row] ?? NaN),
  };
}

/** The symbol's base rate in its window, clipped like the pipeline's own baseline. */
export function windowRate({ baseRate }: Predictions): number[] {
  return baseRate.map((rate) => Math.min(Math.max(rate, BASE_RATE_FLOOR), 1 - BASE_RATE_FLOOR));
}

/** The share of ones among all labels of all symbols that were resolved before a row's cohort ended. */
export function pooledRate(
  table: FeatureTable,
  cohorts: readonly ForwardCohort[],
  rows: Predictions,
): Float64Array {
  const rates = new Float64Array(rows.window.length);
  for (const { prior, windows } of cohorts) {
    let ones = 0;
    let known = 0;
    for (const [index, own] of prior.entries()) {
      known += own.length;
      for (const row of own) ones += table.symbols[index]?.label[row] ?? 0;
    }
    for (const { predicted } of windows) for (const row of predicted) rates[row] = ones / known;
  }
  return rates;
}

/** Reorders forecasts by cohort and window into the order of the predictions. */
export function inOrder(forecasts: Float64Array, cohorts: readonly ForwardCohort[]): Float64Array {
  const ordered = new Float64Array(forecasts.length);
  let next = 0;
  for (const { windows } of cohorts)
    for (const { predicted } of windows)
      for (const row of predicted) {
        ordered[row] = forecasts[next] ?? NaN;
        next += 1;
      }
  return ordered;
}
