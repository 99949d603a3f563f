import path from 'node:path';

import { barTimeTexts } from '../../../data/bars/bar-time.js';
import { GurukulError } from '../../../data/errors.js';
import { encodePredictions, predictionCount } from '../../../data/predictions/parquet.js';
import { encodeStudentInputs } from '../../../data/predictions/student-inputs.js';
import { canonicalJson } from '../../../data/store/digests.js';
import { readJsonRef, readRef, writeRef } from '../../../data/store/file-refs.js';
import type { UnitManifest } from '../../../data/store/units.js';
import { unitManifestSchema } from '../../../data/store/units.js';
import type { Checkpoint } from '../units/checkpoint.js';
import { cohortBounds } from '../../market/splits/splits.js';
import type { JobContext } from '../units/job-context.js';
import { designOf } from '../rows/design.js';
import { featureParts, scalerOf } from '../rows/row-set.js';
import type { UnitWork } from '../units/run-unit.js';
import { runUnit } from '../units/run-unit.js';
import type { EnsembleSettings } from '../network/train-ensemble.js';
import { trainEnsemble } from '../network/train-ensemble.js';
import type { StudentJob, TrainerResult } from '../jobs.js';
import { decodeSoftLabels } from '../teachers/soft-labels.js';
import { keptInputs } from './kept-inputs.js';
import { studentModel, writeStudent } from './student-model.js';
import { evaluateStudent, studentPredictions } from './evaluate-student.js';
import { matchSoftLabels, softRowSet } from './student-rows.js';
import type { TaughtRows } from './student-rows.js';

/** A network small enough to inspect, large enough to reproduce its teachers. */
const STUDENT_SETTINGS: EnsembleSettings = {
  hidden: 16,
  members: 1,
  batchRows: 1024,
  rate: 0.03,
  epochs: 15,
  mostSteps: 400,
};

/**
 * Distils a cohort's student from the soft labels of all its teachers. Files: model.json, weights.bin,
 * predictions.parquet (forward rows), inputs.parquet (a sample of them, for verification), windows.jsonl, unit.json.
 *
 * @throws GurukulError DataGap when no window of the cohort has a teacher; Diverged; Cancelled.
 */
export async function runStudentJob(job: StudentJob, context: JobContext): Promise<TrainerResult> {
  const { home } = context;
  const directory = home.studentDir(job.config.runId, job.cohort.id);
  const shards = await Promise.all(job.shards.map((ref) => readJsonRef(home, ref, unitManifestSchema)));
  const labels = shards.map(({ outputs }) => outputs['softLabels']?.sha256 ?? null);
  return runUnit(job, context, directory, { labels }, (checkpoint) =>
    distil(job, context, directory, shards, checkpoint),
  );
}

async function distil(
  job: StudentJob,
  context: JobContext,
  directory: string,
  shards: readonly UnitManifest[],
  checkpoint: Checkpoint,
): Promise<UnitWork> {
  const { home } = context;
  const { config, cohort } = job;
  const dateOf = barTimeTexts(config.interval);

  context.progress({ phase: 'features', step: 0, steps: 1 });
  const table = await context.loadTable(job, 'real');
  const split = cohortBounds(table, cohort, config);
  const taught: TaughtRows[] = [];
  for (const { outputs } of shards) {
    if (outputs['softLabels'] === undefined) continue;
    const labels = await decodeSoftLabels(await readRef(home, outputs['softLabels']));
    taught.push(...matchSoftLabels(table, split, labels, dateOf));
  }
  if (taught.length === 0)
    throw new GurukulError(
      'DataGap',
      `cohort ${cohort.id} has no teachers to distill: none of its windows was trained`,
    );
  context.progress({ phase: 'features', step: 1, steps: 1 });

  const rows = softRowSet(table, taught);
  // A layers model cannot clip, so the student is trained on unclipped features.
  const scaler = { ...scalerOf(rows), clip: Infinity };
  const ensemble = await trainEnsemble({
    design: designOf(scaler, featureParts(rows)),
    targets: rows.label,
    weights: rows.weight,
    loss: 'logistic',
    settings: STUDENT_SETTINGS,
    seed: [config.seed, 'student', cohort.id],
    checkpoint: checkpoint.phase('fit'),
    onStep: (step, steps, loss) =>
      context.progress({ phase: 'fit', step, steps, ...(Number.isFinite(loss) ? { loss } : {}) }),
  });
  if (!ensemble.parameters.every((weight) => Number.isFinite(weight)))
    throw new GurukulError(
      'Diverged',
      `the student of cohort ${cohort.id} diverged: its weights are not finite`,
    );

  context.progress({ phase: 'predict', step: 0, steps: 1 });
  const model = studentModel(ensemble, scaler);
  try {
    const evaluated = taught.map((window) => evaluateStudent(model, window, table.names.length, cohort));
    const predictions = studentPredictions(evaluated, dateOf);
    const inputs = keptInputs(evaluated, predictions, table.names, cohort.id);
    context.progress({ phase: 'write', step: 0, steps: 1 });
    const lines = evaluated.map(({ line }) => `${canonicalJson(line)}\n`);
    const outputs = {
      ...(await writeStudent(home, directory, model, table.names)),
      predictions: await writeRef(
        home,
        path.join(directory, 'predictions.parquet'),
        encodePredictions(predictions, { compress: false }),
        predictionCount(predictions),
      ),
      inputs: await writeRef(
        home,
        path.join(directory, 'inputs.parquet'),
        encodeStudentInputs(inputs),
        inputs.symbol.length,
      ),
      windows: await writeRef(home, path.join(directory, 'windows.jsonl'), lines.join(''), lines.length),
    };
    return {
      outputs,
      summary: { windows: taught.length, rows: rows.row.length },
      succeeded: 0,
      failedBy: {},
    };
  } finally {
    model.dispose();
  }
}
