import { bundleConfigSchema, runRecordSchema } from '../../data/schemas/bundle.js';
import { featureDriftSchema, featureImportanceSchema } from '../../data/schemas/features.js';
import { metricsSchema, statTestsSchema, stressTestsSchema } from '../../data/schemas/metrics.js';
import { computeFigures, figureOptions } from '../figures/figures.js';
import { readJsonFile, readPredictionSets } from './bundle-facts.js';
import type { BundleFiles } from './bundle-layout.js';
import { BUNDLE } from './bundle-layout.js';
import type { Difference } from './differences.js';
import { firstValueDifference } from './differences.js';
import type { ReadBundle } from './read-bundle.js';
import { trialRecord } from './trial-record.js';

/** Tolerance of figures when the verifier is not the program that made the bundle. */
const TOLERANCE = 1e-9;

/** Result of a check that another version of the program can pass in part. */
export interface PartialCheck {
  readonly difference?: Difference;
  /** What could not be checked: the file, and what about it. */
  readonly unchecked: readonly string[];
}

/**
 * Recomputes the figures from the predictions. Another program may describe them in other words and differ in the last
 * digits: its descriptions are then unchecked, and its figures compared within `TOLERANCE`.
 */
export async function checkFigures(covered: BundleFiles, sameProgram: boolean): Promise<PartialCheck> {
  const config = readJsonFile(covered, BUNDLE.config, bundleConfigSchema);
  const metrics = readJsonFile(covered, BUNDLE.metrics, metricsSchema);
  const recomputed = computeFigures(
    await readPredictionSets(covered),
    figureOptions(config, metrics.options.trials),
    {
      importance: readJsonFile(covered, BUNDLE.importance, featureImportanceSchema),
      drift: readJsonFile(covered, BUNDLE.drift, featureDriftSchema),
    },
  );
  const unchecked: string[] = [];
  for (const [file, expected, found] of [
    [BUNDLE.metrics, recomputed.metrics, metrics],
    [BUNDLE.statTests, recomputed.statTests, readJsonFile(covered, BUNDLE.statTests, statTestsSchema)],
    [
      BUNDLE.stressTests,
      recomputed.stressTests,
      readJsonFile(covered, BUNDLE.stressTests, stressTestsSchema),
    ],
  ] as const) {
    const exact = firstValueDifference(file, expected, found, 0);
    if (exact === undefined) continue;
    if (sameProgram) return { difference: exact, unchecked };
    const difference = firstValueDifference(
      file,
      withoutDescriptions(expected),
      withoutDescriptions(found),
      TOLERANCE,
    );
    if (difference !== undefined) return { difference, unchecked };
    unchecked.push(`${file}: descriptions, and figures beyond ${TOLERANCE}`);
  }
  return { unchecked };
}

/** The number of trials is stated by the home and signed; the figures that follow from it are recomputed. */
export function checkTrials(
  { covered, uncovered }: ReadBundle,
  sameProgram: boolean,
): Difference | undefined {
  const { trials } = readJsonFile(uncovered, BUNDLE.run, runRecordSchema);
  const own = readJsonFile(covered, BUNDLE.metrics, metricsSchema).options.trials;
  const statTests = readJsonFile(covered, BUNDLE.statTests, statTestsSchema);
  return firstValueDifference(
    BUNDLE.run,
    trialRecord(statTests, own, trials.home),
    trials,
    sameProgram ? 0 : TOLERANCE,
    'trials',
  );
}

/** Keys of the texts that describe figures. */
const DESCRIPTIONS: ReadonlySet<string> = new Set(['notes', 'note', 'claim', 'unit', 'cut']);

/** A value without the texts that describe its figures. */
function withoutDescriptions(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, inner: unknown) => (DESCRIPTIONS.has(key) ? undefined : inner)),
  ) as unknown;
}
