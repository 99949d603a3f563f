import path from 'node:path';

import { barTimeTexts } from '../../../data/bars/bar-time.js';
import type { ErrorType } from '../../../data/errors.js';
import { GurukulError } from '../../../data/errors.js';
import { encodePredictions, predictionCount } from '../../../data/predictions/parquet.js';
import type { FeatureImportance } from '../../../data/schemas/features.js';
import type { FileRef } from '../../../data/schemas/file-ref.js';
import { windowLabel } from '../../../data/schemas/plan.js';
import { canonicalJson } from '../../../data/store/digests.js';
import { readJsonRef, writeRef } from '../../../data/store/file-refs.js';
import { unitManifestSchema } from '../../../data/store/units.js';
import type { Checkpoint } from '../units/checkpoint.js';
import type { CohortSplit } from '../../market/splits/splits.js';
import { cohortBounds } from '../../market/splits/splits.js';
import { explainWindows, mainFeatures } from './explain-windows.js';
import type { JobContext } from '../units/job-context.js';
import { jobTable } from '../units/job-table.js';
import { writeModel } from '../units/model-file.js';
import { keptPrior } from '../prior/prior-cache.js';
import type { UnitWork } from '../units/run-unit.js';
import { runUnit } from '../units/run-unit.js';
import { WINDOW_TRIALS } from './adaptations.js';
import { DIVERGED, admitWindow, quarantineFailure, isFailure } from './admit-window.js';
import { exposedScores } from '../ranking/exposed-scores.js';
import { rankedTimes } from '../ranking/ranked-times.js';
import type { CohortPrior, TeachTask } from './teach-windows.js';
import { teachWindows } from './teach-windows.js';
import type { PredictionProbe } from './probe-predictions.js';
import { probePredictions } from './probe-predictions.js';
import { paddedRows } from './window-batch.js';
import type { WindowOutcome } from './window-outcome.js';
import { teacherLine } from './teacher-line.js';
import { teachersModel } from './teachers-file.js';
import { windowPredictions } from './window-predictions.js';
import type { FeatureTable } from '../../market/feature-table.js';
import { inBatches, windowBytes } from './in-batches.js';
import type { ShardJob, TrainerResult } from '../jobs.js';

/**
 * Trains the windows of one shard as one batch, or as several where memory is limited; quarantined windows are
 * left out and count as failed. Files in the shard's folder: model.json, weights.bin,
 * predictions.parquet, importance.json (real bars only), windows.jsonl, unit.json.
 *
 * @throws GurukulError ChecksumMismatch when the prior is missing or changed; Cancelled.
 */
export async function runShardJob(job: ShardJob, context: JobContext): Promise<TrainerResult> {
  const { home } = context;
  const { config, cohort, arm, shard, symbols, quarantined = [] } = job;
  const directory = home.shardDir(config.runId, cohort.id, arm, shard);
  const prior = await readJsonRef(home, job.prior, unitManifestSchema);
  const inputs = {
    arm,
    symbols,
    ...(quarantined.length === 0 ? {} : { quarantined }),
    prior: {
      key: prior.key,
      model: prior.outputs['model']?.sha256,
      weights: prior.outputs['weights']?.sha256,
    },
  };
  return runUnit(job, context, directory, inputs, async (checkpoint) => {
    const model = await keptPrior(home, prior);
    const table = await jobTable(job, context, arm);
    const { basis } = model.rank;
    if (
      model.features.join() !== table.names.join() ||
      basis.rankNames.join() !== table.rankNames.join() ||
      basis.stateNames.join() !== table.stateNames.join()
    )
      throw new GurukulError(
        'ChecksumMismatch',
        'the prior was fitted on other features than those of the feature table',
      );
    const split = cohortBounds(table, cohort, config);
    const start: CohortPrior = {
      probability: model.trained,
      score: model.rank,
      ...(model.permuted === undefined ? {} : { permuted: model.permuted }),
    };
    const { outcomes, probe } = await teachShard(job, context, table, start, split, checkpoint);
    const importance =
      arm === 'real' ? explainWindows(table, model.trained, outcomes, config.seed) : undefined;
    return writeShard(job, context, directory, { outcomes, probe }, rankedTimes(table), importance);
  });
}

interface TaughtShard {
  readonly outcomes: readonly WindowOutcome[];
  readonly probe: PredictionProbe;
}

async function teachShard(
  { config, cohort, symbols, quarantined = [], windowsAtOnce = Infinity }: ShardJob,
  context: JobContext,
  table: FeatureTable,
  prior: CohortPrior,
  split: CohortSplit,
  checkpoint: Checkpoint,
): Promise<TaughtShard> {
  const quarantinedFailures = new Map(
    quarantined.map((window) => [window.symbol, quarantineFailure(window)]),
  );
  const admitted = symbols.map((symbol) => ({
    symbol,
    window: quarantinedFailures.get(symbol) ?? admitWindow(table, symbol, split),
  }));
  const windows = admitted.flatMap(({ window }) => (isFailure(window) ? [] : [window]));
  const padded = paddedRows(table, split);
  const most = Math.min(windowsAtOnce, context.batchBytes / windowBytes(table, padded));
  const exposed = exposedOf(table, prior, split, new Set(symbols));
  const shared = { prior, exposed, split, padded, horizon: config.horizon };
  const taught = await inBatches(windows, most, (batch, from) => {
    const current = batch.map((window) => window.table.symbol);
    const report = (step: number, steps: number): void =>
      context.progress({ phase: 'predict', step, steps, symbols: current });
    report(0, 1);
    return teachWindows({
      ...shared,
      windows: batch,
      checkpoint: checkpoint.phase(`teach ${from} ${batch.length}`),
      onStep: report,
    });
  });
  const probe = await probePredictions(
    { ...shared, windows, checkpoint: checkpoint.phase('probe') },
    taught,
    [config.seed, cohort.id],
  );
  const results = taught.values();
  const outcomes = admitted.map(({ symbol, window }): WindowOutcome => {
    const identity = { symbol, label: windowLabel(symbol, cohort.start, cohort.end) };
    if (isFailure(window)) return { ...identity, failure: window };
    const teacher = results.next().value;
    return teacher === undefined ? { ...identity, failure: DIVERGED } : { ...identity, window, teacher };
  });
  return { outcomes, probe };
}

/** @param wanted Symbols of the shard. */
function exposedOf(
  table: FeatureTable,
  { score, permuted }: CohortPrior,
  { start, end, forwardEnd }: CohortSplit,
  wanted: ReadonlySet<string>,
): TeachTask['exposed'] {
  const fit = { phase: 'fit', from: start, until: forwardEnd } as const;
  return {
    select: exposedScores(table, score, { arm: 'trained', phase: 'select', from: start, until: end }, wanted),
    fit: exposedScores(table, score, { arm: 'trained', ...fit }, wanted),
    permuted:
      permuted === undefined
        ? new Map()
        : exposedScores(table, score, { arm: 'permuted', ...fit, from: end }, wanted),
  };
}

async function writeShard(
  job: ShardJob,
  context: JobContext,
  directory: string,
  { outcomes, probe }: TaughtShard,
  ranked: ReadonlySet<number>,
  importance: FeatureImportance | undefined,
): Promise<UnitWork> {
  const { home } = context;
  const { config, arm } = job;
  context.progress({ phase: 'write', step: 0, steps: 1 });
  const dateOf = barTimeTexts(config.interval);
  // Write in parallel: most of the time is spent waiting for the disk to sync.
  const writes: Promise<Readonly<Record<string, FileRef>>>[] = [];
  const put = (role: string, name: string, content: string | Uint8Array, rows: number): void => {
    const written = writeRef(home, path.join(directory, name), content, rows);
    writes.push(written.then((ref) => ({ [role]: ref })));
  };

  const succeeded = outcomes.filter((outcome) => outcome.failure === undefined).length;
  const failedBy: Partial<Record<ErrorType, number>> = {};
  for (const { failure } of outcomes)
    if (failure !== undefined) failedBy[failure.error] = (failedBy[failure.error] ?? 0) + 1;

  if (succeeded > 0) {
    const predictions = windowPredictions(outcomes, arm === 'real' ? 'teacher' : 'placebo', ranked, dateOf);
    put(
      'predictions',
      'predictions.parquet',
      encodePredictions(predictions, { compress: false }),
      predictionCount(predictions),
    );
    writes.push(writeModel(home, directory, teachersModel(outcomes)));
  }
  const explained = new Map(importance?.windows.map(({ window, losses }) => [window, losses]));
  if (importance !== undefined && explained.size > 0)
    put('importance', 'importance.json', canonicalJson(importance), explained.size);
  const lines = outcomes.map((outcome) => {
    const losses = explained.get(outcome.label);
    const main = losses === undefined ? {} : { importance: mainFeatures(importance?.features ?? [], losses) };
    return `${canonicalJson({ ...teacherLine(outcome), ...main })}\n`;
  });
  put('windows', 'windows.jsonl', lines.join(''), lines.length);
  const outputs: Record<string, FileRef> = {};
  for (const written of await Promise.all(writes)) Object.assign(outputs, written);
  context.progress({ phase: 'write', step: 1, steps: 1 });
  return {
    outputs,
    summary: {
      windows: outcomes.length,
      probe,
      // Every candidate is tried in every window, for both heads.
      trials: outcomes.length * WINDOW_TRIALS,
    },
    succeeded,
    failedBy,
  };
}
