import { openPredictions } from '../../../data/predictions/by-cohort.js';
import type { Model } from '../../../data/predictions/prediction.js';
import { BUNDLE } from '../bundle-layout.js';
import type { CommonFigure } from './common-figures.js';
import { CommonFigures } from './common-figures.js';
import type { ComparedBundle } from './compared-bundle.js';
import { sortedRows } from './paired-rows.js';
import type { CohortMoves, PredictionMoves } from './prediction-changes.js';
import { cohortMoves, joinMoves } from './prediction-changes.js';

/** Whose predictions are compared, and their file. */
const FILES = {
  teacher: BUNDLE.predictions,
  student: BUNDLE.student,
  placebo: BUNDLE.placebo,
} as const satisfies Partial<Record<Model, string>>;
export type ComparedModel = keyof typeof FILES;
export const COMPARED_MODELS: readonly ComparedModel[] = ['teacher', 'student', 'placebo'];

/** The predictions of a model in two runs. */
export interface ModelChanges {
  readonly model: ComparedModel;
  /** Whether both runs have the same file, bit for bit: then nothing else is compared. */
  readonly same: boolean;
  /** Null where the files are the same, or a bundle has none. */
  readonly moves: PredictionMoves | null;
  /** Cohorts with a row that one of the runs has. */
  readonly cohorts: readonly CohortMoves[];
  /** Figures on all forward rows and on common ones; of teachers and students. */
  readonly figures: readonly CommonFigure[];
}

/**
 * Compares the predictions of a model. The files are in memory as they are stored; of their rows, those of one cohort, and
 * a few numbers of every forward row.
 *
 * @param horizon The longer horizon of the two runs, in bars.
 */
export async function modelChanges(
  model: ComparedModel,
  before: ComparedBundle,
  after: ComparedBundle,
  horizon: number,
): Promise<ModelChanges> {
  const file = FILES[model];
  const same = before.digests.get(file) === after.digests.get(file);
  const none = { model, same, moves: null, cohorts: [], figures: [] };
  if (same) return none;
  const [was, is] = await Promise.all([open(before, file, model), open(after, file, model)]);
  if (was === undefined || is === undefined) return none;
  const cohorts: CohortMoves[] = [];
  const figures = new CommonFigures(model, horizon);
  for (const cohort of [...new Set([...was.cohorts, ...is.cohorts])].sort()) {
    const rows = sortedRows(await was.read(cohort));
    const others = sortedRows(await is.read(cohort));
    cohorts.push(cohortMoves(cohort, rows, others));
    if (model !== 'placebo') figures.add(rows, others);
  }
  return {
    ...none,
    moves: joinMoves(cohorts),
    cohorts,
    figures: model === 'placebo' ? [] : figures.finish(),
  };
}

async function open(bundle: ComparedBundle, file: string, model: ComparedModel) {
  const content = await bundle.read(file);
  return content === undefined ? undefined : openPredictions(content, model);
}
