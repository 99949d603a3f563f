import { expect } from 'chai';

import { buildFeatureTable } from '../../../activities/market/features/build-feature-table.js';
import { placeboSeries } from '../../../activities/market/placebo.js';
import { runTrainerJob } from '../../../activities/model/run-trainer-job.js';
import { orderLabels, orderScores, stratifiedAuc } from '../../../activities/stats/auc.js';
import { correlation, meanRanks } from '../../../activities/stats/correlation.js';
import type { Entry } from '../../../data/schemas/run-choices.js';
import type { BarSeries } from '../../../data/bars/series.js';
import { decodePredictions } from '../../../data/predictions/parquet.js';
import type { Predictions } from '../../../data/predictions/prediction.js';
import { randomStream } from '../../../data/random.js';
import { readRef } from '../../../data/store/file-refs.js';
import type { Home } from '../../../data/store/home.js';
import { addDays } from '../../../data/time/dates.js';
import { initBackend } from '../../../workers/tensor/backend.js';
import { zScore } from '../../support/z-score.js';
import { syntheticSeries } from '../market/synthetic-market.js';
import { configOf, contextOf, manifestOf, newHome, priorJob, shardJob } from './job-rig.js';

const BARS = 640;
/** Calendar days, and bars, of a window. */
const WINDOW = 80;
const FIRST = '2021-01-04';
/** Windows end at these bars; their forward parts do not overlap. */
const ENDS = [240, 320, 400, 480];

/**
 * Bars whose returns have the same mean and standard deviation for all symbols, but not the same shape: rare large gains
 * and many small losses, the opposite, or neither.
 */
function lopsided(symbol: string, index: number, seed: number): BarSeries {
  const series = syntheticSeries(symbol, BARS);
  const random = randomStream([seed, 'lopsided', symbol]);
  let close = 100;
  for (let bar = 0; bar < BARS; bar += 1) {
    const jump = random.uniform() < 0.05 ? 4.36 : -0.23;
    const move = [jump, -jump, random.normal()][index % 3] ?? 0;
    const open = close;
    close *= Math.exp(0.016 * move + 0.004 * random.normal());
    series.open[bar] = open;
    series.close[bar] = close;
    series.high[bar] = Math.max(open, close) * 1.004;
    series.low[bar] = Math.min(open, close) * 0.996;
  }
  return series;
}

/** Forward predictions of four cohorts of teachers on the placebo of made-up bars. */
async function forwardOf(home: Home, symbols: number, entry: Entry, seed: number): Promise<Predictions[]> {
  const dates = { from: FIRST, to: addDays(FIRST, BARS), windowDays: WINDOW };
  const config = { ...configOf(`${entry}_${seed}`), ...dates, entry, seed };
  const names = Array.from({ length: symbols }, (_, index) => `L${String(index).padStart(3, '0')}`);
  const table = buildFeatureTable(
    names.map((name, index) => placeboSeries(lopsided(name, index, seed), seed, config)),
    config,
  );
  const cohorts: Predictions[] = [];
  for (const bar of ENDS) {
    const [start, end] = [addDays(FIRST, bar - WINDOW), addDays(FIRST, bar)];
    const cohort = { id: `${start}_to_${end}`, start, end };
    const context = contextOf(home, table);
    const prior = await runTrainerJob(priorJob({ config, cohort, arm: 'placebo' }), context);
    const job = shardJob(prior.manifest, names, { config, cohort, arm: 'placebo' });
    const { outputs } = await manifestOf(home, (await runTrainerJob(job, context)).manifest);
    const { predictions } = outputs;
    if (predictions !== undefined) cohorts.push(await decodePredictions(await readRef(home, predictions)));
  }
  return cohorts;
}

const forwardRows = ({ split }: Predictions): number[] =>
  Array.from(split.keys()).filter((row) => split[row] === 'forward');

/** AUC of the probability inside cohorts. */
function aucOf(cohorts: readonly Predictions[]): number {
  const strata = cohorts.map((cohort) => {
    const rows = forwardRows(cohort);
    return orderLabels(
      orderScores(Float64Array.from(rows, (row) => cohort.probability[row] ?? NaN)),
      Uint8Array.from(rows, (row) => cohort.label[row] ?? 0),
    );
  });
  return stratifiedAuc(strata) ?? NaN;
}

/** Mean over dates of the rank correlation of score and forward return. */
function rankIcOf(cohorts: readonly Predictions[]): number {
  const daily = cohorts.flatMap((cohort) => {
    const rows = forwardRows(cohort);
    return [...new Set(rows.map((row) => cohort.date[row]))].flatMap((date) => {
      const own = rows.filter((row) => cohort.date[row] === date);
      const ranks = (column: readonly number[]): Float64Array =>
        meanRanks(Float64Array.from(own, (row) => column[row] ?? NaN));
      return correlation(ranks(cohort.score), ranks(cohort.forwardReturn)) ?? [];
    });
  });
  return daily.reduce((sum, value) => sum + value, 0) / daily.length;
}

describe('teachers on placebo bars', function () {
  this.timeout(600_000);
  before(() => initBackend());

  // The limits are the quantiles of Student's t that 0.3 % of worthless models exceed, as 3 is for many seeds.
  for (const [symbols, entry, seeds, limit] of [
    [8, 'close', 16, 3.6],
    [8, 'next-open', 16, 3.6],
    [96, 'close', 8, 4.5],
    [96, 'next-open', 8, 4.5],
  ] as const)
    it(`have the AUC and rank IC of chance: ${symbols} symbols, entry at the ${entry}`, async () => {
      const home = newHome();
      const runs: Predictions[][] = [];
      for (let seed = 0; seed < seeds; seed += 1) runs.push(await forwardOf(home, symbols, entry, seed));
      expect(runs.every((cohorts) => cohorts.length === ENDS.length)).to.equal(true);
      expect(zScore(runs.map(aucOf), 0.5), 'AUC').to.be.within(-limit, limit);
      expect(zScore(runs.map(rankIcOf), 0), 'rank IC').to.be.within(-limit, limit);
    });
});
