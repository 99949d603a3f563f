import path from 'node:path';

import { barTimeTexts } from '../../../data/bars/bar-time.js';
import { GurukulError } from '../../../data/errors.js';
import { encodePredictions, predictionCount } from '../../../data/predictions/parquet.js';
import type { Model } from '../../../data/predictions/prediction.js';
import { OUTCOME_HORIZONS } from '../../../data/predictions/outcome-horizons.js';
import { encodeStudentInputs } from '../../../data/predictions/student-inputs.js';
import { encodeVariants } from '../../../data/predictions/student-variants.js';
import type { FileRef } from '../../../data/schemas/file-ref.js';
import { canonicalJson } from '../../../data/store/digests.js';
import { writeRef } from '../../../data/store/file-refs.js';
import type { FeatureTable } from '../../market/feature-table.js';
import type { CohortSplit } from '../../market/splits/splits.js';
import { cohortBounds } from '../../market/splits/splits.js';
import { layersToOnnx } from '../../inference/onnx/write-onnx.js';
import { readLayersNetwork } from '../../inference/layers-network.js';
import { STUDENT_FORMAT } from '../../inference/student-network.js';
import type { StudentJob, TrainerResult } from '../jobs.js';
import { keptPrior } from '../prior/prior-cache.js';
import { encodeChoiceFigures } from '../prior/prior-outputs.js';
import { BLENDS } from '../ranking/rank-grid.js';
import type { RankBlend } from '../ranking/rank-grid.js';
import type { JobContext } from '../units/job-context.js';
import { jobTable } from '../units/job-table.js';
import { layersModelFiles } from '../units/layers-model-files.js';
import type { UnitWork } from '../units/run-unit.js';
import { runUnit } from '../units/run-unit.js';
import { studentLine } from './evaluate-student.js';
import type { FittedStudents } from './fit-student.js';
import { fitStudents } from './fit-student.js';
import { keptInputs } from './kept-inputs.js';
import type { CohortManifests } from './soft-labels.js';
import {
  labelDigests,
  outOfFold,
  readCohortUnits,
  teacherPredictions,
  unlabelledRows,
} from './soft-labels.js';
import { softRows } from './soft-rows.js';
import { studentColumns } from './network-inputs.js';
import { studentLayers } from './student-layers.js';
import { studentOutputs } from './student-outputs.js';
import { studentPredictions, variantRows } from './student-predictions.js';
import { studentRows } from './student-rows.js';
import { studentUnits } from './student-units.js';
import { taughtWindows } from './taught-windows.js';

/** Who the teachers and the student of an arm are in predictions. */
const MODELS: Readonly<Record<StudentJob['arm'], { readonly teacher: Model; readonly student: Model }>> = {
  real: { teacher: 'teacher', student: 'student' },
  placebo: { teacher: 'placebo', student: 'studentPlacebo' },
};

/**
 * Distils a cohort's student. Its soft labels are out of fold: those of the folds of its own prior, and of the cohort
 * before, whose teachers also predicted this cohort's windows as their forward rows. Files: predictions.parquet
 * (validation and forward rows), choices.json, choice_returns.parquet, unit.json; of real bars also model.json,
 * weights.bin, model.onnx, inputs.parquet (a sample of the forward rows, for verification), variants.parquet, windows.jsonl.
 *
 * @throws GurukulError DataGap when no window of the cohort has a teacher; Diverged; Cancelled.
 */
export async function runStudentJob(job: StudentJob, context: JobContext): Promise<TrainerResult> {
  const { home } = context;
  const directory = home.studentDir(job.config.runId, job.cohort.id, job.arm);
  const own = await readCohortUnits(home, job.own);
  const earlier = job.earlier === undefined ? undefined : await readCohortUnits(home, job.earlier);
  const inputs = {
    arm: job.arm,
    own: labelDigests(own),
    earlier: earlier === undefined ? null : labelDigests(earlier),
  };
  return runUnit(job, context, directory, inputs, async (checkpoint) => {
    const phase = checkpoint.phase('student');
    return distil(job, context, directory, own, earlier, () =>
      phase.step(() => ({ facts: null, arrays: [] })),
    );
  });
}

async function distil(
  job: StudentJob,
  context: JobContext,
  directory: string,
  own: CohortManifests,
  earlier: CohortManifests | undefined,
  yieldToEvents: () => Promise<void>,
): Promise<UnitWork> {
  const { home } = context;
  const { config, cohort, arm } = job;
  const { teacher, student } = MODELS[arm];
  const dateOf = barTimeTexts(config.interval);

  const table = await jobTable(job, context, arm);
  const split = cohortBounds(table, cohort, config);
  const predicted = await teacherPredictions(home, own, teacher, ['validation', 'forward']);
  const windows = taughtWindows(table, split, predicted, dateOf);
  if (windows.length === 0)
    throw new GurukulError(
      'DataGap',
      `cohort ${cohort.id} has no teachers to distill: none of its windows was trained`,
    );
  const parts = [
    ...(await outOfFold(home, own, teacher)),
    ...(earlier === undefined
      ? []
      : [
          ...(await outOfFold(home, earlier, teacher)),
          ...(await teacherPredictions(home, earlier, teacher, ['forward'])),
        ]),
  ];
  context.progress({ phase: 'features', step: 1, steps: 1 });
  await yieldToEvents();

  context.progress({ phase: 'fit', step: 0, steps: 1 });
  const { rank } = await keptPrior(home, own.prior);
  const { blend } = rank.trained;
  const fitted = fitFrom(table, split, job, parts, { blend, unit: rank.trained.fit.unit });
  context.progress({ phase: 'fit', step: 1, steps: 1 });
  await yieldToEvents();

  context.progress({ phase: 'predict', step: 0, steps: 1 });
  const outputs = studentOutputs(table, windows, fitted.students);
  const predictions = studentPredictions(
    windows,
    outputs,
    fitted.students.candidate,
    student,
    cohort,
    dateOf,
  );
  await yieldToEvents();
  context.progress({ phase: 'write', step: 0, steps: 1 });
  const put = (name: string, content: string | Uint8Array, rows: number): Promise<FileRef> =>
    writeRef(home, path.join(directory, name), content, rows);
  const { choices } = fitted.students;
  const files: Record<string, FileRef> = {
    predictions: await put(
      'predictions.parquet',
      encodePredictions(predictions, { compress: false }),
      predictionCount(predictions),
    ),
    choices: await put(
      'choices.json',
      `${canonicalJson(choices.map(({ choice }) => choice))}\n`,
      choices.length,
    ),
  };
  const returns = encodeChoiceFigures(choices.map(({ figures }) => figures));
  if (returns !== undefined)
    files['choiceReturns'] = await put('choice_returns.parquet', returns.bytes, returns.rows);
  if (arm === 'real') {
    const { candidate } = fitted.students;
    const lines = windows.map((window, at) => {
      const forward = outputs[at]?.forward[candidate] ?? { probability: [], score: [] };
      return `${canonicalJson(studentLine(window, forward, cohort))}\n`;
    });
    const kept = keptInputs(table, windows, predictions, cohort.id);
    const variants = variantRows(outputs);
    Object.assign(files, await writeStudent(table, fitted.students, blend, put), {
      inputs: await put('inputs.parquet', encodeStudentInputs(kept), kept.symbol.length),
      variants: await put('variants.parquet', encodeVariants(variants, false), variants.plain.score.length),
      windows: await put('windows.jsonl', lines.join(''), lines.length),
    });
  }
  return {
    outputs: files,
    summary: {
      windows: windows.length,
      rows: fitted.rows,
      labels: fitted.labels,
      candidate: fitted.students.candidate,
    },
    succeeded: 0,
    failedBy: {},
  };
}

/** @param score What the scores of the cohort's teachers predict, and their unit. */
function fitFrom(
  table: FeatureTable,
  split: CohortSplit,
  { config, cohort, arm }: StudentJob,
  parts: Parameters<typeof softRows>[1],
  score: { readonly blend: RankBlend; readonly unit: number },
): { readonly students: FittedStudents; readonly rows: number; readonly labels: 'out of fold' | 'hard' } {
  const { interval, horizon, seed } = config;
  const task = { table, split, horizon, horizons: BLENDS[score.blend], unit: score.unit };
  const units = studentUnits(table, [seed, 'student', cohort.id, arm]);
  const soft = studentRows({ ...task, soft: softRows(table, parts, split.end, interval) });
  const hard = soft.row.length === 0;
  const rows = hard ? studentRows({ ...task, soft: unlabelledRows(table, split) }) : soft;
  return {
    students: fitStudents(table, rows, units, hard, arm === 'real'),
    rows: rows.row.length,
    labels: hard ? 'hard' : 'out of fold',
  };
}

async function writeStudent(
  table: FeatureTable,
  { units, scalers, variants, candidate }: FittedStudents,
  blend: RankBlend,
  put: (name: string, content: Uint8Array, rows: number) => Promise<FileRef>,
): Promise<Record<string, FileRef>> {
  const model = studentLayers({ units, scalers, weights: variants[candidate] });
  try {
    const files = await layersModelFiles(model, {
      format: STUDENT_FORMAT,
      ...studentColumns(table),
      scoreHorizons: BLENDS[blend].map((horizon) => OUTCOME_HORIZONS[horizon]),
    });
    const network = readLayersNetwork('model.json', files['model.json'], files['weights.bin']);
    return {
      weights: await put('weights.bin', files['weights.bin'], model.weights.length),
      model: await put('model.json', files['model.json'], 1),
      onnx: await put('model.onnx', layersToOnnx(network), 1),
    };
  } finally {
    model.dispose();
  }
}
