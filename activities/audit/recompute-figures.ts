import type { PredictionsByCohort } from '../../data/predictions/by-cohort.js';
import { openPredictions } from '../../data/predictions/by-cohort.js';
import type { Predictions } from '../../data/predictions/prediction.js';
import { emptyPredictions } from '../../data/predictions/prediction.js';
import { decodeStressRows } from '../../data/predictions/stress-rows.js';
import type { VariantOutputs } from '../../data/predictions/student-variants.js';
import { STUDENT_VARIANTS } from '../../data/predictions/student-variants.js';
import { bundleConfigSchema } from '../../data/schemas/bundle.js';
import { featureDriftSchema, featureImportanceSchema } from '../../data/schemas/features.js';
import { coreMetricsSchema } from '../../data/schemas/metrics.js';
import { GurukulError, errorMessage } from '../../data/errors.js';
import { offEventLoop } from '../../data/event-loop.js';
import { byName } from '../figures/by-name.js';
import type { CohortParts } from '../figures/cohort-parts.js';
import { measureCohort } from '../figures/cohort-parts.js';
import type { Figures, PredictionSets } from '../figures/figures.js';
import { cohortsOf, computeFigures, figureOptions, figuresOf } from '../figures/figures.js';
import { placeboSets } from '../figures/prediction-sets.js';
import { measureShocks } from '../figures/stress/measure-shocks.js';
import { stressedRows } from '../market/shocks/stressed-rows.js';
import { readChoiceReturns } from './bundle-choices.js';
import { decodeFile } from './bundle-content.js';
import { readJsonFile, readPredictionSets } from './bundle-facts.js';
import type { BundleFiles } from './bundle-layout.js';
import { BUNDLE } from './bundle-layout.js';
import { readMarket } from './bundle-market.js';
import { readVariants } from './bundle-variants.js';

/**
 * Computes the figures of a bundle again from its predictions, cohort by cohort: of these, only one cohort's rows are in
 * memory.
 *
 * @throws GurukulError BadSchema naming the file that cannot be read.
 */
export async function recomputeFigures(files: BundleFiles): Promise<Figures> {
  offEventLoop('recomputeFigures');
  const config = readJsonFile(files, BUNDLE.config, bundleConfigSchema);
  const { trials } = readJsonFile(files, BUNDLE.metrics, coreMetricsSchema).options;
  const options = figureOptions(config, trials);
  const features = {
    importance: readJsonFile(files, BUNDLE.importance, featureImportanceSchema),
    drift: readJsonFile(files, BUNDLE.drift, featureDriftSchema),
  };
  const open = await openSets(files);
  if (open === undefined) return computeFigures(await readPredictionSets(files), options, features);
  const market = await readMarket(files);
  const shared = market === undefined ? {} : { market };
  const parts: CohortParts[] = [];
  let shocked: Predictions | undefined;
  for (const cohort of open.cohorts) {
    const sets = await open.read(cohort);
    if (stressedRows(sets.student) !== undefined) shocked = sets.student;
    for (const rows of cohortsOf({ ...sets, ...shared })) parts.push(measureCohort(rows, options));
  }
  const { events, ...figures } = figuresOf(parts, options, features, await readChoiceReturns(files));
  const { holding } = figures.metrics.forward.student.strategy;
  const stress = files.has(BUNDLE.stress)
    ? { stress: await decodeFile(files, BUNDLE.stress, decodeStressRows) }
    : {};
  const student = shocked ?? emptyPredictions();
  return {
    ...figures,
    stressTests: { events, ...measureShocks({ student, ...shared, ...stress }, options, holding) },
  };
}

interface OpenSets {
  /** Sorted. */
  readonly cohorts: readonly string[];
  read(cohort: string): Promise<Omit<PredictionSets, 'market'>>;
}

/** Undefined where a cohort's rows are not together, as no version has written them. */
async function openSets(files: BundleFiles): Promise<OpenSets | undefined> {
  const open = (path: string, model: 'teacher' | 'placebo' | 'student'): Promise<PredictionsByCohort> =>
    decodeFile(files, path, (content) => openPredictions(content, model));
  const teacher = await open(BUNDLE.predictions, 'teacher');
  const placebo = await open(BUNDLE.placebo, 'placebo');
  const student = await open(BUNDLE.student, 'student');
  if (![teacher, placebo, student].every(({ together }) => together)) return undefined;
  const variants = await readVariants(files);
  const from = new Map<string, number>();
  let forward = 0;
  for (const cohort of student.cohorts) {
    from.set(cohort, forward);
    forward += forwardOf(await rowsOf(student, cohort, BUNDLE.student));
  }
  const fitting = variants?.plain.score.length === forward ? variants : undefined;
  return {
    cohorts: [...new Set([...teacher.cohorts, ...placebo.cohorts, ...student.cohorts])].sort(),
    read: async (cohort) => {
      const own = await rowsOf(student, cohort, BUNDLE.student);
      const start = from.get(cohort) ?? 0;
      const end = start + forwardOf(own);
      const part = fitting && byName(STUDENT_VARIANTS, (name) => cut(fitting[name], start, end));
      return {
        teacher: await rowsOf(teacher, cohort, BUNDLE.predictions),
        ...placeboSets(await rowsOf(placebo, cohort, BUNDLE.placebo)),
        student: own,
        ...(part === undefined ? {} : { variants: part }),
      };
    },
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

function forwardOf({ split }: Predictions): number {
  return split.filter((part) => part === 'forward').length;
}

function cut({ probability, score }: VariantOutputs, start: number, end: number): VariantOutputs {
  return { probability: probability.slice(start, end), score: score.slice(start, end) };
}
