import path from 'node:path';

import type { IndexedMarket } from '../../activities/figures/market-rows.js';
import { indexMarket } from '../../activities/figures/market-rows.js';
import { loadFeatureTable } from '../../activities/market/load-feature-table.js';
import { gatherMarket, readMarket } from '../../activities/validate/gather-market.js';
import type { LoadTable } from '../../activities/validate/load-table.js';
import { KeySet } from '../../data/predictions/key-set.js';
import type { Predictions } from '../../data/predictions/prediction.js';
import { trainingConfig } from '../../data/schemas/training-config.js';
import type { Home } from '../../data/store/home.js';
import { inActivity } from '../activities/validate/in-activity.js';
import {
  forwardPredictions,
  inOrder,
  pooledRate,
  sameRows,
  windowRate,
  withProbability,
  withScore,
} from './forecasts.js';
import { peerForecasts } from './forward-peers.js';
import { forwardCohorts } from './forward-rows.js';
import { print } from './program.js';
import type { Python } from './python.js';
import type { ModelFigures } from './quality-figures.js';
import { modelFigures } from './quality-figures.js';
import type { ModelName, ModelResult } from './quality-models.js';
import type { RankedModel } from './quality-ranking.js';
import { rankingFigures } from './quality-ranking.js';
import type { QualityModels } from './quality-report.js';
import type { SettledRun } from './settled-run.js';
import type { TaughtRun } from './taught-run.js';

/** A run with one seed, taught with its placebo and its students. */
export interface SeedRun {
  readonly seed: number;
  readonly settled: SettledRun;
  readonly taught: TaughtRun;
}

/** A model on the rows that all share, or on those of the placebo. */
interface Forecast extends RankedModel {
  readonly name: ModelName;
  /** Whether it predicts scores alone. */
  readonly mereScore?: boolean;
}

const FACTORS = ['reversal5', 'factorSum'] as const satisfies readonly ModelName[];

/** Compares all models on the forward rows that every seed has. */
export async function compareModels(
  home: Home,
  python: Python,
  runs: readonly SeedRun[],
): Promise<{ rows: number; models: QualityModels }> {
  const own = await ownForecasts(home, runs);
  const rows = own[0]?.teacher;
  if (rows === undefined) throw new RangeError('there is no run');
  print(`peers on ${rows.date.length} forward rows …`);
  const peers = await peerModels(home, python, runs, rows);

  print('figures …');
  const bySeed: Record<ModelName, ModelResult[]> = {
    ...{ teacher: [], student: [], baseRate: [], pooledRate: [] },
    ...{ lightgbmWindow: [], lightgbmPooled: [], logisticPooled: [], lightgbmRank: [], ridgeRank: [] },
    ...{ reversal5: [], factorSum: [], placebo: [] },
  };
  const placeboPooledRate: ModelFigures[] = [];
  // One after another: a seed's tables are let go before the next one's are made.
  for (const [place, run] of runs.entries()) {
    const { horizon } = trainingConfig(run.settled.config);
    const teacher = own[place]?.teacher ?? rows;
    const student = own[place]?.student ?? rows;
    const placebo = await forwardPredictions(home, run.taught.shards.placebo, 'placebo');
    const market = await marketOf(home, run, [teacher, student], placebo);
    const models: Forecast[] = [
      { name: 'teacher', predictions: teacher },
      { name: 'student', predictions: student },
      ...(peers[place] ?? []),
      { name: 'placebo', predictions: placebo, placebo: true },
    ];
    const ranking = rankingFigures(models, market, horizon);
    const factors = place === 0 ? factorForecasts(teacher, market) : [];
    for (const { name, predictions, ...of } of [...models, ...factors]) {
      const ranks = ranking.get(name);
      if (ranks === undefined) throw new RangeError(`${name} has no ranking figures`);
      const figures = modelFigures(predictions, {
        horizon,
        market: of.placebo === true ? market.placebo : market,
        probabilities: of.mereScore !== true,
      });
      bySeed[name].push({ figures, ranking: ranks });
    }
    placeboPooledRate.push(await placeboRate(home, run, placebo, market));
  }
  return { rows: rows.date.length, models: { bySeed, placeboPooledRate } };
}

/** Teachers and students of every run on the forward rows that all of them predict. */
async function ownForecasts(
  home: Home,
  runs: readonly SeedRun[],
): Promise<{ teacher: Predictions; student: Predictions }[]> {
  const sets: Predictions[] = [];
  for (const { taught } of runs)
    sets.push(
      await forwardPredictions(home, taught.shards.real, 'teacher'),
      await forwardPredictions(home, taught.students, 'student'),
    );
  const same = sameRows(sets);
  return runs.map((_, place) => {
    const [teacher, student] = same.slice(2 * place);
    if (teacher === undefined || student === undefined) throw new RangeError('there are no predictions');
    return { teacher, student };
  });
}

/** The baselines and the peers, by seed; what does not depend on the seed is in the first list alone. */
async function peerModels(
  home: Home,
  python: Python,
  runs: readonly SeedRun[],
  rows: Predictions,
): Promise<Forecast[][]> {
  const [first] = runs;
  if (first === undefined) return [];
  const { settled } = first;
  const config = trainingConfig(settled.config);
  const table = await loadFeatureTable(home, settled.ingest, config, 'real');
  const ids = settled.cohorts.map(({ id }) => id);
  const cohorts = forwardCohorts(table, ids, config, rows);
  const seeds = runs.map(({ seed }) => seed);
  const peers = await peerForecasts(python, path.join(home.root, 'peers'), table, cohorts, seeds);
  const probable = (name: ModelName, values: ArrayLike<number>): Forecast => ({
    name,
    predictions: withProbability(rows, values),
  });
  const ranked = (name: ModelName, values: Float64Array): Forecast => ({
    name,
    predictions: withScore(rows, inOrder(values, cohorts)),
    mereScore: true,
  });
  const fixed = [
    probable('baseRate', windowRate(rows)),
    probable('pooledRate', pooledRate(table, cohorts, rows)),
    probable('lightgbmWindow', inOrder(peers.lightgbmWindow, cohorts)),
    probable('logisticPooled', inOrder(peers.logisticPooled, cohorts)),
    ranked('lightgbmRank', peers.lightgbmRank),
    ranked('ridgeRank', peers.ridgeRank),
  ];
  return peers.lightgbmPooled.map((forecasts, place) => [
    ...(place === 0 ? fixed : []),
    probable('lightgbmPooled', inOrder(forecasts, cohorts)),
  ]);
}

/** Outcomes, exposures and factors, written and read as a run does. */
function marketOf(
  home: Home,
  { settled: { config, ingest } }: SeedRun,
  real: readonly Predictions[],
  placebo: Predictions,
): Promise<IndexedMarket> {
  const keys = { all: new KeySet(), placebo: new KeySet() };
  for (const set of [...real, placebo]) keys.all.add(set);
  keys.placebo.add(placebo);
  const loadTable: LoadTable = (of, arm) => loadFeatureTable(home, of.ingest, of.config, arm);
  return inActivity(async () =>
    indexMarket(await readMarket(home, await gatherMarket(home, config, ingest, keys, loadTable))),
  );
}

/** The simple factors as scores of the teachers' rows. */
function factorForecasts(rows: Predictions, { find, factors }: IndexedMarket): Forecast[] {
  return FACTORS.map((name) => {
    const values = factors.values[factors.names.indexOf(name)];
    const score = rows.symbol.map((symbol, row) => values?.[find(symbol, rows.date[row] ?? '') ?? -1] ?? NaN);
    return { name, predictions: withScore(rows, score), mereScore: true };
  });
}

/** The pooled base rate on the placebo's own labels. */
async function placeboRate(
  home: Home,
  { settled }: SeedRun,
  rows: Predictions,
  market: IndexedMarket,
): Promise<ModelFigures> {
  const config = trainingConfig(settled.config);
  const table = await loadFeatureTable(home, settled.ingest, config, 'placebo');
  const ids = settled.cohorts.map(({ id }) => id);
  const cohorts = forwardCohorts(table, ids, config, rows);
  return modelFigures(withProbability(rows, pooledRate(table, cohorts, rows)), {
    horizon: config.horizon,
    market: market.placebo,
  });
}
