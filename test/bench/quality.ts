import path from 'node:path';

import { loadFeatureTable } from '../../activities/market/load-feature-table.js';
import { trainingConfig } from '../../data/schemas/training-config.js';
import type { RunInputDraft } from '../../data/schemas/run-input.js';
import type { Home } from '../../data/store/home.js';
import { qualityArguments } from './arguments.js';
import { writeFolderUniverse } from './bars-folder.js';
import {
  forwardPredictions,
  inOrder,
  pooledRate,
  sameRows,
  windowRate,
  withProbability,
} from './forecasts.js';
import { peerForecasts } from './forward-peers.js';
import { forwardCohorts } from './forward-rows.js';
import { benchmark, print } from './program.js';
import type { Python } from './python.js';
import { peerPython } from './python.js';
import type { ModelFigures } from './quality-figures.js';
import { meanFigures, modelFigures } from './quality-figures.js';
import type { QualityModels } from './quality-report.js';
import { qualityReport } from './quality-report.js';
import type { SettledRun } from './settled-run.js';
import { settleRun } from './settled-run.js';
import type { TaughtRun } from './taught-run.js';
import { teachRun } from './taught-run.js';

/*
 * How well the teachers predict the bars after their windows, compared with trivial baselines and with the peers on
 * the same forward rows of real bars; and their placebo on the same rows of resampled bars.
 */

const FIRST_SEED = 7;

interface SeedRun {
  readonly seed: number;
  readonly settled: SettledRun;
  readonly taught: TaughtRun;
}

await benchmark(async (home) => {
  const { json, bars, seeds, from, to } = qualityArguments(process.argv.slice(2));
  const python = await peerPython();
  const universe = path.join(home.root, 'universe.json');
  await writeFolderUniverse(universe, bars);
  const input: RunInputDraft = { universe, source: 'csv', bars, from, to, accelerator: 'cpu' };
  const runs: SeedRun[] = [];
  for (let seed = FIRST_SEED; seed < FIRST_SEED + seeds; seed += 1) {
    print(`teachers and their placebo, seed ${seed} …`);
    const settled = await settleRun(home, `seed-${seed}`, { ...input, seed });
    runs.push({ seed, settled, taught: await teachRun(home, settled, ['real', 'placebo']) });
  }
  const { rows, models } = await compare(home, python, runs);
  for (const line of qualityReport(rows, models, runs.length)) print(line);
  const figures = Object.fromEntries(
    Object.entries(models.bySeed).map(([name, bySeed]) => [name, meanFigures(bySeed)]),
  );
  return { json, figures: { rows, models: figures } };
});

async function compare(
  home: Home,
  python: Python,
  runs: readonly SeedRun[],
): Promise<{ rows: number; models: QualityModels }> {
  const [first] = runs;
  if (first === undefined) throw new RangeError('there is no run');
  const teachers = sameRows(
    await Promise.all(runs.map(({ taught }) => forwardPredictions(home, taught.shards.real))),
  );
  const [rows] = teachers;
  if (rows === undefined) throw new RangeError('there are no predictions');
  const { settled } = first;
  const config = trainingConfig(settled.config);
  const table = await loadFeatureTable(home, settled.ingest, config, 'real');
  const cohorts = forwardCohorts(
    table,
    settled.cohorts.map(({ id }) => id),
    config,
    rows,
  );
  print(`peers on ${rows.date.length} forward rows …`);
  const seeds = runs.map(({ seed }) => seed);
  const peers = await peerForecasts(python, path.join(home.root, 'peers'), table, cohorts, seeds);

  print('figures …');
  const { horizon } = config;
  const of = (probability: ArrayLike<number>): ModelFigures =>
    modelFigures(withProbability(rows, probability), horizon);
  const placebos = await Promise.all(runs.map((run) => placeboFigures(home, run)));
  return {
    rows: rows.date.length,
    models: {
      bySeed: {
        teacher: teachers.map((predictions) => modelFigures(predictions, horizon)),
        baseRate: [of(windowRate(rows))],
        pooledRate: [of(pooledRate(table, cohorts, rows))],
        lightgbmWindow: [of(inOrder(peers.lightgbmWindow, cohorts))],
        lightgbmPooled: peers.lightgbmPooled.map((forecasts) => of(inOrder(forecasts, cohorts))),
        logisticPooled: [of(inOrder(peers.logisticPooled, cohorts))],
        placebo: placebos.map(({ model }) => model),
      },
      placeboPooledRate: placebos.map(({ pooled }) => pooled),
    },
  };
}

/** The placebo and the pooled base rate on the placebo's own labels. */
async function placeboFigures(
  home: Home,
  { settled, taught }: SeedRun,
): Promise<{ model: ModelFigures; pooled: ModelFigures }> {
  const config = trainingConfig(settled.config);
  const rows = await forwardPredictions(home, taught.shards.placebo);
  const table = await loadFeatureTable(home, settled.ingest, config, 'placebo');
  const ids = settled.cohorts.map(({ id }) => id);
  const cohorts = forwardCohorts(table, ids, config, rows);
  return {
    model: modelFigures(rows, config.horizon),
    pooled: modelFigures(withProbability(rows, pooledRate(table, cohorts, rows)), config.horizon),
  };
}
