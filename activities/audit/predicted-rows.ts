import { GurukulError, errorMessage } from '../../data/errors.js';
import type { PredictionsByCohort } from '../../data/predictions/by-cohort.js';
import { openPredictions } from '../../data/predictions/by-cohort.js';
import { decodePredictions } from '../../data/predictions/parquet.js';
import type { Model, Predictions } from '../../data/predictions/prediction.js';
import { emptyPredictions } from '../../data/predictions/prediction.js';
import type { VariantOutputs, VariantRows } from '../../data/predictions/student-variants.js';
import { STUDENT_VARIANTS } from '../../data/predictions/student-variants.js';
import { byName } from '../figures/by-name.js';
import type { PredictionSets } from '../figures/figures.js';
import { placeboSets } from '../figures/prediction-sets.js';
import { heartbeat } from '../heartbeat.js';
import { decodeFile } from './bundle-content.js';
import type { BundleFiles } from './bundle-layout.js';
import { BUNDLE } from './bundle-layout.js';
import { readVariants } from './bundle-variants.js';

/** Predictions of all models, without the market around them. */
export type PredictedRows = Omit<PredictionSets, 'market' | 'choiceReturns' | 'stress'>;

/** The file of a bundle with a model's rows. */
export const FILE_OF = {
  teacher: BUNDLE.predictions,
  placebo: BUNDLE.placebo,
  permuted: BUNDLE.placebo,
  studentPlacebo: BUNDLE.placebo,
  student: BUNDLE.student,
} as const satisfies Readonly<Record<Model, string>>;

/**
 * The predictions of a bundle, a cohort at a time, the oldest first: of large files only these rows are in memory. Where a
 * file has the rows of a cohort apart, as no version has written them, all rows come at once.
 *
 * @throws GurukulError BadSchema naming the file that cannot be read.
 */
export async function* predictedRows(files: BundleFiles): AsyncGenerator<PredictedRows> {
  const [teacher, placebo, student] = [
    await open(files, BUNDLE.predictions, 'teacher'),
    await open(files, BUNDLE.placebo, 'placebo'),
    await open(files, BUNDLE.student, 'student'),
  ];
  const variants = await fittingVariants(files, student);
  if (![teacher, placebo, student].every(({ together }) => together)) {
    yield await allAtOnce(files, variants);
    return;
  }
  const cohorts = new Set([...teacher.cohorts, ...placebo.cohorts, ...student.cohorts]);
  const start = startsOf(student);
  for (const cohort of [...cohorts].sort()) {
    heartbeat(cohort);
    const from = start.get(cohort) ?? 0;
    const to = from + student.forwardRows(cohort);
    yield {
      teacher: await rowsOf(teacher, cohort, BUNDLE.predictions),
      ...placeboSets(await rowsOf(placebo, cohort, BUNDLE.placebo)),
      student: await rowsOf(student, cohort, BUNDLE.student),
      ...(variants && { variants: byName(STUDENT_VARIANTS, (name) => cut(variants[name], from, to)) }),
    };
  }
}

function open(
  files: BundleFiles,
  path: string,
  model: 'teacher' | 'placebo' | 'student',
): Promise<PredictionsByCohort> {
  return decodeFile(files, path, (content) => openPredictions(content, model));
}

/** The variants if they have a row for each of the students' forward rows: of others there are no figures. */
async function fittingVariants(
  files: BundleFiles,
  student: PredictionsByCohort,
): Promise<VariantRows | undefined> {
  const variants = await readVariants(files);
  const forward = student.cohorts.reduce((sum, cohort) => sum + student.forwardRows(cohort), 0);
  return variants?.plain.score.length === forward ? variants : undefined;
}

/** Forward rows of the cohorts before each, in the order of the file. */
function startsOf(student: PredictionsByCohort): ReadonlyMap<string, number> {
  const starts = new Map<string, number>();
  let start = 0;
  for (const cohort of student.inFile) {
    starts.set(cohort, start);
    start += student.forwardRows(cohort);
  }
  return starts;
}

async function allAtOnce(files: BundleFiles, variants: VariantRows | undefined): Promise<PredictedRows> {
  const all = (path: string, model: 'teacher' | 'placebo' | 'student'): Promise<Predictions> =>
    decodeFile(files, path, (content) => decodePredictions(content, model));
  return {
    teacher: await all(BUNDLE.predictions, 'teacher'),
    ...placeboSets(await all(BUNDLE.placebo, 'placebo')),
    student: await all(BUNDLE.student, 'student'),
    ...(variants === undefined ? {} : { variants }),
  };
}

async function rowsOf(file: PredictionsByCohort, cohort: string, path: string): Promise<Predictions> {
  try {
    const [rows = emptyPredictions()] = await file.read(cohort);
    return rows;
  } catch (error) {
    throw new GurukulError('BadSchema', `${path}: ${errorMessage(error)}`, { cause: error });
  }
}

function cut({ probability, score }: VariantOutputs, start: number, end: number): VariantOutputs {
  return { probability: probability.slice(start, end), score: score.slice(start, end) };
}
