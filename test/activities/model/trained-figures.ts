import { computeFigures, figureOptions } from '../../../activities/figures/figures.js';
import { placeboSets } from '../../../activities/figures/prediction-sets.js';
import { barSlots } from '../../../activities/market/bar-slots.js';
import { buildFeatureTable } from '../../../activities/market/features/build-feature-table.js';
import type { Arm, FeatureTable } from '../../../activities/market/feature-table.js';
import { horizonReturns } from '../../../activities/market/labels/outcomes.js';
import { placeboSeries } from '../../../activities/market/placebo.js';
import type { Sectors } from '../../../activities/market/sectors.js';
import { runTrainerJob } from '../../../activities/model/run-trainer-job.js';
import type { JobContext } from '../../../activities/model/units/job-context.js';
import { keyedMarket, keyedOutcomes } from '../../../activities/validate/market-rows.js';
import { adjustSeries } from '../../../data/bars/adjust-series.js';
import type { BarSeries } from '../../../data/bars/series.js';
import { lowerBound, sliceBars } from '../../../data/bars/series.js';
import { OUTCOME_HORIZONS } from '../../../data/predictions/outcome-horizons.js';
import { concatPredictions, decodePredictions } from '../../../data/predictions/parquet.js';
import type { Predictions } from '../../../data/predictions/prediction.js';
import { emptyPredictions } from '../../../data/predictions/prediction.js';
import { keysOf } from '../../../data/predictions/row-keys.js';
import type { RankingRow } from '../../../data/schemas/ranking-figures.js';
import type { CohortDates, TrainingConfig } from '../../../data/schemas/training-config.js';
import type { Universe } from '../../../data/schemas/universe.js';
import { universeMemberSchema } from '../../../data/schemas/universe.js';
import { openSyntheticSource } from '../../../data/sources/synthetic/synthetic-source.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { readRef } from '../../../data/store/file-refs.js';
import type { Home } from '../../../data/store/home.js';
import { addDays, startOfDate } from '../../../data/time/dates.js';
import { calendar } from '../../support/bars.js';
import { configOf, contextOf, manifestOf, newHome, priorJob, shardJob } from './job-rig.js';

/** The bars of a made-up market that a run may use. */
export interface MadeMarket {
  readonly series: readonly BarSeries[];
  readonly sectors: Sectors;
}

/** Adjusted daily bars of the synthetic source up to a date. @param strength Of its signal; absent: as in every run. */
export async function syntheticBars(
  symbols: readonly { readonly symbol: string; readonly industry: string }[],
  { seed, to, strength }: { readonly seed: number; readonly to: string; readonly strength?: number },
): Promise<MadeMarket> {
  const universe: Universe = {
    name: 'made',
    members: symbols.map((member) => universeMemberSchema.parse(member)),
  };
  const source = openSyntheticSource(
    { source: 'synthetic', interval: '1day', seed },
    { packageRoot, universe, calendar },
    strength === undefined ? {} : { strength },
  );
  const series: BarSeries[] = [];
  for (const { symbol } of symbols) {
    const { series: bars } = await source.read(symbol);
    if (bars === null) throw new RangeError(`${symbol} has no bars`);
    const adjusted = adjustSeries(bars, source.actions(symbol));
    series.push(sliceBars(adjusted, 0, lowerBound(adjusted.time, startOfDate(to))));
  }
  return { series, sectors: new Map(symbols.map(({ symbol, industry }) => [symbol, industry])) };
}

/** A run's choices, its cohorts' windows one after another from `from` on. */
export interface TrainedRun {
  readonly config: TrainingConfig;
  readonly cohorts: readonly CohortDates[];
}

export function runOf(
  runId: string,
  choices: Pick<TrainingConfig, 'from' | 'to' | 'windowDays' | 'seed'>,
  cohorts: number,
): TrainedRun {
  const { from, windowDays } = choices;
  return {
    config: { ...configOf(runId), ...choices, horizon: 5, entry: 'next-open' },
    cohorts: Array.from({ length: cohorts }, (_, at) => {
      const [start, end] = [addDays(from, at * windowDays), addDays(from, (at + 1) * windowDays)];
      return { id: `${start}_to_${end}`, start, end };
    }),
  };
}

/** Predictions of every cohort's teachers, made by the pipeline's own jobs in this process. */
export async function trainedPredictions(
  home: Home,
  { config, cohorts }: TrainedRun,
  table: FeatureTable,
  arm: Arm,
): Promise<Predictions> {
  const context: JobContext = contextOf(home, table);
  const symbols = table.symbols.map(({ symbol }) => symbol);
  const parts: Predictions[] = [];
  for (const cohort of cohorts) {
    const prior = await runTrainerJob(priorJob({ config, cohort, arm }), context);
    const shard = await runTrainerJob(shardJob(prior.manifest, symbols, { config, cohort, arm }), context);
    const { predictions } = (await manifestOf(home, shard.manifest)).outputs;
    if (predictions !== undefined) parts.push(await decodePredictions(await readRef(home, predictions)));
  }
  return concatPredictions(parts);
}

/** What a run's teachers predicted, and how well it ranks. */
export interface TrainedFigures {
  readonly teacher: Predictions;
  /** By model and factor. */
  readonly ranking: ReadonlyMap<string, RankingRow>;
}

/** Trains the teachers of every cohort and computes the ranking figures. @param arms `real` alone, or the placebo too. */
export async function trainedFigures(
  run: TrainedRun,
  { series, sectors }: MadeMarket,
  arms: readonly Arm[],
): Promise<TrainedFigures> {
  const { config } = run;
  const home = newHome();
  const slots = barSlots(calendar, { interval: '1day' });
  const real = buildFeatureTable(series, config, { slots, sectors });
  const { permuted = emptyPredictions(), placebo: teacher } = placeboSets(
    await trainedPredictions(home, run, real, 'real'),
  );
  const drawn = arms.includes('placebo')
    ? series.map((bars) => placeboSeries(bars, config.seed, config))
    : [];
  const placebo =
    drawn.length === 0
      ? emptyPredictions()
      : await trainedPredictions(home, run, buildFeatureTable(drawn, config, { slots, sectors }), 'placebo');
  const market = keyedMarket(real, keysOf([teacher, placebo]), '1day');
  const placeboOutcomes = keyedOutcomes(
    drawn.map((bars) => ({
      symbol: bars.symbol,
      time: bars.time,
      outcomes: horizonReturns(bars, slots, 'next-open', OUTCOME_HORIZONS),
    })),
    keysOf([placebo]),
    '1day',
  );
  const { metrics } = computeFigures(
    {
      teacher,
      placebo,
      permuted,
      student: emptyPredictions(),
      market: { ...market, placebo: placeboOutcomes },
    },
    figureOptions({ seed: config.seed, horizon: config.horizon, source: 'synthetic', entry: 'next-open' }, 1),
  );
  return { teacher, ranking: new Map(metrics.ranking.rows.map((row) => [row.name, row])) };
}
