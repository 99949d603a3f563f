import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import { buildFeatureTable } from '../../../../activities/market/features/build-feature-table.js';
import type { FeatureTable } from '../../../../activities/market/feature-table.js';
import type { Calibration } from '../../../../activities/model/prior/calibration.js';
import { modelToPrior, priorToModel, PRIOR_FORMAT } from '../../../../activities/model/prior/prior-file.js';
import type { RankWeights } from '../../../../activities/model/ranking/rank-model.js';
import { runTrainerJob } from '../../../../activities/model/run-trainer-job.js';
import { TEACHERS_FORMAT } from '../../../../activities/model/teachers/teachers-file.js';
import type { Model } from '../../../../activities/model/units/model-file.js';
import { readModel, writeModel } from '../../../../activities/model/units/model-file.js';
import { decodePredictions } from '../../../../data/predictions/parquet.js';
import type { Predictions } from '../../../../data/predictions/prediction.js';
import { randomStream } from '../../../../data/random.js';
import type { FileRef } from '../../../../data/schemas/file-ref.js';
import type { PlanItem } from '../../../../data/schemas/plan.js';
import type { CohortDates } from '../../../../data/schemas/training-config.js';
import { teachIndexSchema } from '../../../../data/schemas/teach-index.js';
import { runInputSchema } from '../../../../data/schemas/run-input.js';
import { readRef } from '../../../../data/store/file-refs.js';
import { readJson, writeJson } from '../../../../data/store/files.js';
import type { Home } from '../../../../data/store/home.js';
import { sealUnit } from '../../../../data/store/units.js';
import { addDays } from '../../../../data/time/dates.js';
import { syntheticSeries } from '../../market/synthetic-market.js';
import { configOf, contextOf, linesOf, manifestOf, newHome, priorJob, shardJob } from '../job-rig.js';
import { randomTrees } from './random-trees.js';

export const RUN = 'exported';
const BARS = 620;
const FIRST = '2021-01-04';
const WINDOW = 90;
/** Windows end at these bars. */
const ENDS = [330, 420, 510];
/** Enough for neutral scores, and the first ones have windows. */
const UNIVERSE = Array.from({ length: 26 }, (_, index) => `M${String(index).padStart(3, '0')}`);
export const SYMBOLS = UNIVERSE.slice(0, 8);

/** A run of three cohorts in a new home: what `gurukul export` reads of one. */
export interface ExportedRun {
  readonly home: Home;
  readonly table: FeatureTable;
  readonly windows: readonly PlanItem[];
  /** Of all teachers. */
  readonly predictions: readonly Predictions[];
}

/**
 * Teaches three cohorts by the trainer's own jobs. Before their windows are taught, the second prior gets random trees in
 * place of its own, and the third one loses its trees.
 */
export async function taughtRun(): Promise<ExportedRun> {
  const home = newHome();
  const dates = { from: FIRST, to: addDays(FIRST, BARS), windowDays: WINDOW };
  const config = { ...configOf(RUN), ...dates, entry: 'next-open' as const };
  const table = buildFeatureTable(
    UNIVERSE.map((symbol) => syntheticSeries(symbol, BARS)),
    config,
  );
  const index = { real: [] as FileRef[], placebo: [], students: [], priors: [] as FileRef[] };
  const windows: PlanItem[] = [];
  const predictions: Predictions[] = [];
  const lines: string[] = [];
  for (const [number, bar] of ENDS.entries()) {
    const [start, end] = [addDays(FIRST, bar - WINDOW), addDays(FIRST, bar)];
    const cohort: CohortDates = { id: `${start}_to_${end}`, start, end };
    const context = contextOf(home, table);
    const { manifest } = await runTrainerJob(priorJob({ config, cohort }), context);
    const prior = number === 0 ? manifest : await withTrees(home, cohort, manifest, number === 1);
    const shard = await runTrainerJob(shardJob(prior, SYMBOLS, { config, cohort }), context);
    const { key, outputs } = await manifestOf(home, shard.manifest);
    index.priors.push(prior);
    index.real.push(shard.manifest);
    lines.push(
      ...(await linesOf(home, shard.manifest)).map((line) => JSON.stringify({ ...line, unit: key })),
    );
    windows.push(
      ...SYMBOLS.map((symbol): PlanItem => ({
        ...{ symbol, start, end, status: 'trainable', reason: null, detail: null, bars: WINDOW },
      })),
    );
    if (outputs['predictions'] !== undefined)
      predictions.push(await decodePredictions(await readRef(home, outputs['predictions'])));
  }
  const { runId, ...choices } = config;
  await writeJson(home.runInput(runId), runInputSchema.parse({ source: 'synthetic', ...choices }));
  await writeJson(home.teachIndex(runId), index);
  await writeFile(home.teacherRuns(runId), `${lines.join('\n')}\n`);
  await writePlan(home, windows);
  return { home, table, windows, predictions };
}

/** The plan of the run with these windows. */
export async function writePlan(home: Home, items: readonly PlanItem[]): Promise<void> {
  await writeJson(home.plan(RUN), {
    ...{ windows: items.length, trainable: items.length, skipped: {}, failed: {} },
    ...{ cohorts: [], shards: 0, items },
  });
}

/** The prior's unit once more, with random trees or none, and with random weights. */
async function withTrees(home: Home, { id }: CohortDates, manifest: FileRef, any: boolean): Promise<FileRef> {
  const unit = await manifestOf(home, manifest);
  const { features, relativeColumns, rank, ...models } = modelToPrior(
    await readModel(home, unit, PRIOR_FORMAT),
  );
  const random = randomStream(['trees', id]);
  const { rankNames, stateNames } = rank.basis;
  const changed = ({ weights, unit: scale }: RankWeights): RankWeights => ({
    ...{ weights, unit: scale },
    ...(any
      ? { trees: { trees: randomTrees(random, rankNames.length, stateNames.length), factor: 0.5 } }
      : {}),
  });
  const [select, fit] = [changed(rank.trained.select), changed(rank.trained.fit)];
  // What a short past has not learnt: weights of relative features, and shifts of symbols.
  const learnt = ({ weights, shifts }: Calibration): Calibration => ({
    weights: weights.map((weight, place) => (place < weights.length - 2 ? 0.1 * random.normal() : weight)),
    shifts: new Map([...shifts.keys()].map((symbol) => [symbol, Math.fround(0.3 * random.normal())])),
  });
  const { trained } = models;
  const model = priorToModel(
    {
      ...models,
      trained: { ...trained, select: learnt(trained.select), fit: learnt(trained.fit) },
      rank: { ...rank, trained: { ...rank.trained, select, fit } },
    },
    { names: features, relativeColumns },
  );
  return withModel(home, manifest, model);
}

/** A unit once more, with another model. */
async function withModel(home: Home, manifest: FileRef, model: Model): Promise<FileRef> {
  const file = home.absolute(manifest.uri);
  const unit = await manifestOf(home, manifest);
  const outputs = { ...unit.outputs, ...(await writeModel(home, path.dirname(file), model)) };
  return sealUnit(home, file, { ...unit, outputs });
}

/** Gives the windows of a cohort random departures in both heads, in the shard's file and the run's index. */
export async function plantDepartures(home: Home, cohort: number): Promise<void> {
  const random = randomStream(['departures', cohort]);
  await changeShard(home, cohort, (model) => ({
    ...model,
    arrays: model.arrays.map((array) =>
      array.name.endsWith('/fit') ? { ...array, data: array.data.map(() => 0.3 * random.normal()) } : array,
    ),
  }));
}

/** Gives the file of a cohort's shard another format. */
export async function withFormat(home: Home, cohort: number, format: string): Promise<void> {
  await changeShard(home, cohort, (model) => ({ ...model, format }));
}

async function changeShard(home: Home, cohort: number, change: (model: Model) => Model): Promise<void> {
  const file = home.teachIndex(RUN);
  const index = await readJson(file, teachIndexSchema);
  const manifest = index?.real[cohort];
  if (index === undefined || manifest === undefined) throw new RangeError('there is no such shard');
  const model = await readModel(home, await manifestOf(home, manifest), TEACHERS_FORMAT);
  const changed = await withModel(home, manifest, change(model));
  const real = index.real.map((ref, place) => (place === cohort ? changed : ref));
  await writeJson(file, { ...index, real });
}
