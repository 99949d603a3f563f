import type { Predictions } from '../../data/predictions/prediction.js';
import { emptyPredictions } from '../../data/predictions/prediction.js';
import { bundleConfigSchema } from '../../data/schemas/bundle.js';
import { featureDriftSchema, featureImportanceSchema } from '../../data/schemas/features.js';
import { coreMetricsSchema } from '../../data/schemas/metrics.js';
import { offEventLoop } from '../../data/event-loop.js';
import type { CohortParts } from '../figures/cohort-parts.js';
import { measureCohort } from '../figures/cohort-parts.js';
import type { Figures } from '../figures/figures.js';
import { cohortsOf, figureOptions, figuresOf } from '../figures/figures.js';
import { measureShocks } from '../figures/stress/measure-shocks.js';
import { stressedRows } from '../market/shocks/stressed-rows.js';
import { readChoiceReturns } from './bundle-choices.js';
import { readJsonFile } from './bundle-facts.js';
import type { BundleFiles } from './bundle-layout.js';
import { BUNDLE } from './bundle-layout.js';
import { readMarket, readStressRows } from './bundle-market.js';
import { predictedRows } from './predicted-rows.js';

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
  const market = await readMarket(files);
  const shared = market === undefined ? {} : { market };
  const parts: CohortParts[] = [];
  let shocked: Predictions | undefined;
  for await (const rows of predictedRows(files)) {
    if (stressedRows(rows.student) !== undefined) shocked = rows.student;
    for (const own of cohortsOf({ ...rows, ...shared })) parts.push(measureCohort(own, options));
  }
  const { events, ...figures } = figuresOf(parts, options, features, await readChoiceReturns(files));
  const { holding } = figures.metrics.forward.student.strategy;
  const stress = await readStressRows(files);
  const student = shocked ?? emptyPredictions();
  return {
    ...figures,
    stressTests: {
      events,
      ...measureShocks({ student, ...shared, ...(stress && { stress }) }, options, holding),
    },
  };
}
