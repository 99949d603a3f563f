import path from 'node:path';

import { barTimeTexts } from '../../data/bars/bar-time.js';
import { GurukulError } from '../../data/errors.js';
import { decodePredictions } from '../../data/predictions/parquet.js';
import { cohortOfWindow } from '../../data/predictions/prediction.js';
import type { Predictions } from '../../data/predictions/prediction.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import type { RunConfig } from '../../data/schemas/run-input.js';
import { readJsonRef, readRef, refIfExists } from '../../data/store/file-refs.js';
import type { Home } from '../../data/store/home.js';
import { readStored } from '../../data/store/stored-files.js';
import { unitManifestSchema } from '../../data/store/units.js';
import { readStudentNetwork } from '../inference/student-network.js';
import type { FeatureTable } from '../market/feature-table.js';
import { networkInputs } from '../model/student/network-inputs.js';
import type { ExplainedPrediction } from './explain-contributions.js';
import type { StudentTrainingRows } from './explain-student-rows.js';
import { studentTrainingRows } from './explain-student-rows.js';
import type { TrainingRows } from './training-rows.js';

/** Outputs of a student for one row. */
interface StudentOutputs {
  readonly probability: number;
  readonly score: number;
}

/** What a window's student says of the row that its teacher was asked about. */
export interface ExplainedStudent extends StudentOutputs {
  /**
   * The same computed from model.json, weights.bin and the bars; null for validation rows, which an earlier fit of the
   * student predicted that is not kept, and for students of earlier versions.
   */
  readonly again: StudentOutputs | null;
  /** What it learnt from; null for students of earlier versions. */
  readonly trainingRows: TrainingRows | null;
  /** Its files, by role. */
  readonly model: Readonly<Record<string, FileRef>>;
}

const MODEL_ROLES = ['model', 'weights', 'onnx'] as const;

/**
 * Reads what the students of a run predicted.
 *
 * @returns Explains a prediction of the student of the same window; null where there is none.
 * @throws GurukulError ChecksumMismatch when a file of the run is missing or changed.
 */
export async function explainStudents(
  home: Home,
  config: RunConfig,
  table: () => Promise<FeatureTable>,
): Promise<(prediction: ExplainedPrediction) => Promise<ExplainedStudent | null>> {
  const content = await readStored(home, home.studentPredictions(config.runId));
  if (content === undefined) return () => Promise.resolve(null);
  const predictions = await decodePredictions(content, 'student');
  const dateOf = barTimeTexts(config.interval);
  /** By cohort: a day of 5-minute bars asks 75 times. */
  const learnt = new Map<string, Promise<StudentTrainingRows | null>>();
  return async (prediction) => {
    const at = placeOf(predictions, prediction);
    const cohort = cohortOfWindow(prediction.window);
    const unit = home.studentUnit(config.runId, cohort, 'real');
    const manifest = await refIfExists(home, unit);
    if (at < 0 || manifest === undefined) return null;
    const student = await readJsonRef(home, manifest, unitManifestSchema);
    const { outputs } = student;
    const rows = learnt.get(cohort) ?? studentTrainingRows(home, config, cohort, student, table);
    learnt.set(cohort, rows);
    const model = Object.fromEntries(
      MODEL_ROLES.flatMap((role) => (outputs[role] === undefined ? [] : [[role, outputs[role]] as const])),
    );
    return {
      probability: predictions.probability[at] ?? NaN,
      score: predictions.score[at] ?? NaN,
      again:
        prediction.split === 'forward'
          ? await computed(home, model, await table(), prediction, dateOf)
          : null,
      trainingRows: (await rows)?.[prediction.split === 'validation' ? 'select' : 'fit'] ?? null,
      model,
    };
  };
}

function placeOf({ symbol, date, window, split }: Predictions, wanted: ExplainedPrediction): number {
  return symbol.findIndex(
    (own, row) =>
      own === wanted.symbol &&
      date[row] === wanted.date &&
      window[row] === wanted.window &&
      split[row] === wanted.split,
  );
}

async function computed(
  home: Home,
  { model, weights }: Readonly<Partial<Record<string, FileRef>>>,
  table: FeatureTable,
  { symbol, date }: ExplainedPrediction,
  dateOf: (minutes: number) => string,
): Promise<StudentOutputs | null> {
  if (model === undefined || weights === undefined) return null;
  const network = readStudentNetwork(
    path.basename(model.uri),
    await readRef(home, model),
    await readRef(home, weights),
  );
  const own = table.symbols.find((one) => one.symbol === symbol);
  const row = own?.time.findIndex((minutes) => dateOf(minutes) === date) ?? -1;
  if (own === undefined || row < 0)
    throw new GurukulError('ChecksumMismatch', `the bars have no row of ${date}`);
  const { probability, score } = network.predict(networkInputs(network.columns, [{ own, row }]), 1);
  return score === undefined ? null : { probability: probability[0] ?? NaN, score: score[0] ?? NaN };
}
