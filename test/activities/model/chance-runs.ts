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
import { syntheticSeries } from '../market/synthetic-market.js';
import { configOf, contextOf, manifestOf, priorJob, shardJob } from './job-rig.js';

const BARS = 640;
/** Calendar days, and bars, of a window. */
const WINDOW = 80;
const FIRST = '2021-01-04';
/** Windows end at these bars; their forward parts do not overlap. */
export const ENDS = [240, 320, 400, 480];

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

/** What teachers of made-up bars are trained on, and how. */
export interface ChanceRun {
  readonly symbols: number;
  readonly entry: Entry;
  readonly seed: number;
  /** Whether the bars are replaced by their placebo. @default true */
  readonly placebo?: boolean;
  /** @default all of {@link ENDS} */
  readonly ends?: readonly number[];
}

/**
 * Forward predictions of a cohort of teachers at each of some bars, on made-up bars of lopsided returns.
 *
 * @param home Of its own for each number of symbols and kind of bars, of which the units' keys know nothing here.
 */
export async function chancePredictions(
  home: Home,
  { symbols, entry, seed, placebo = true, ends = ENDS }: ChanceRun,
): Promise<Predictions[]> {
  const dates = { from: FIRST, to: addDays(FIRST, BARS), windowDays: WINDOW };
  const config = { ...configOf(`${entry}_${seed}`), ...dates, entry, seed };
  const names = Array.from({ length: symbols }, (_, index) => `L${String(index).padStart(3, '0')}`);
  const table = buildFeatureTable(
    names.map((name, index) => {
      const bars = lopsided(name, index, seed);
      return placebo ? placeboSeries(bars, seed, config) : bars;
    }),
    config,
  );
  const cohorts: Predictions[] = [];
  for (const bar of ends) {
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
export function aucOf(cohorts: readonly Predictions[]): number {
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
export function rankIcOf(cohorts: readonly Predictions[]): number {
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
