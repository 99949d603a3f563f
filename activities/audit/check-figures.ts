import { z } from 'zod';

import { backtestSchema } from '../../data/schemas/backtest.js';
import { runRecordSchema } from '../../data/schemas/bundle.js';
import {
  coreMetricsSchema,
  coreStatTestsSchema,
  metricsSchema,
  sharpeTestsSchema,
  statTestsSchema,
} from '../../data/schemas/metrics.js';
import { stressTestsSchema } from '../../data/schemas/stress.js';
import type { Figures } from '../figures/figures.js';
import { readJsonFile } from './bundle-facts.js';
import type { BundleFiles } from './bundle-layout.js';
import { BUNDLE } from './bundle-layout.js';
import type { Difference } from './differences.js';
import { firstValueDifference } from './differences.js';
import { figuresElsewhere } from './figures-elsewhere.js';
import type { ReadBundle } from './read-bundle.js';
import { trialRecord } from '../figures/trial-record.js';

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
 * digits: its descriptions are then unchecked, and its figures compared within `TOLERANCE`. Of a version that has other
 * figures, those are compared that every version has.
 */
export async function checkFigures(bundle: ReadBundle, sameProgram: boolean): Promise<PartialCheck> {
  const { covered } = bundle;
  const recomputed = await figuresElsewhere(bundle);
  return sameProgram || hasKnownFigures(covered)
    ? checkKnownFigures(covered, recomputed, sameProgram)
    : checkCoreFigures(covered, recomputed);
}

/** True where all figures are those of this version. */
export function hasKnownFigures(covered: BundleFiles): boolean {
  return (
    FIGURES.every(([file, schema]) => schema.safeParse(jsonOf(covered, file)).success) &&
    (!covered.has(BUNDLE.backtest) || backtestSchema.safeParse(jsonOf(covered, BUNDLE.backtest)).success)
  );
}

const FIGURES = [
  [BUNDLE.metrics, metricsSchema],
  [BUNDLE.statTests, statTestsSchema],
  [BUNDLE.stressTests, stressTestsSchema],
] as const;

function jsonOf(covered: BundleFiles, file: string): unknown {
  return readJsonFile(covered, file, z.unknown());
}

function checkKnownFigures(covered: BundleFiles, recomputed: Figures, sameProgram: boolean): PartialCheck {
  const unchecked: string[] = [];
  const tests = readJsonFile(covered, BUNDLE.statTests, statTestsSchema);
  const { examination, ...earlierTests } = recomputed.statTests;
  const lacks = !sameProgram && examination !== undefined && tests.examination === undefined;
  if (lacks) unchecked.push(`${BUNDLE.statTests}: no examination`);
  if (!covered.has(BUNDLE.backtest)) {
    if (sameProgram)
      return {
        difference: { file: BUNDLE.backtest, expected: 'a file of every bundle', found: 'no such file' },
        unchecked,
      };
    unchecked.push(`${BUNDLE.backtest}: not in the bundle`);
  }
  for (const [file, expected, found] of [
    [BUNDLE.metrics, recomputed.metrics, readJsonFile(covered, BUNDLE.metrics, metricsSchema)],
    [BUNDLE.statTests, lacks ? earlierTests : recomputed.statTests, tests],
    [
      BUNDLE.stressTests,
      recomputed.stressTests,
      readJsonFile(covered, BUNDLE.stressTests, stressTestsSchema),
    ],
    ...(covered.has(BUNDLE.backtest)
      ? [
          [
            BUNDLE.backtest,
            recomputed.backtest,
            readJsonFile(covered, BUNDLE.backtest, backtestSchema),
          ] as const,
        ]
      : []),
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

/** Other versions rank, trade and draw replicates in other ways: these figures cannot be recomputed by this one. */
function checkCoreFigures(covered: BundleFiles, { metrics, statTests }: Figures): PartialCheck {
  for (const [file, schema, expected] of [
    [BUNDLE.metrics, coreMetricsSchema, metrics],
    [BUNDLE.statTests, coreStatTestsSchema, statTests],
  ] as const) {
    const found = readJsonFile(covered, file, schema);
    const difference = firstValueDifference(file, schema.parse(expected), found, TOLERANCE);
    if (difference !== undefined) return { difference, unchecked: [] };
  }
  return {
    unchecked: [
      `${BUNDLE.metrics}: figures beyond counts, log-losses, Brier scores, AUC and calibration`,
      `${BUNDLE.statTests}: figures beyond the log-losses below the base rate`,
      `${BUNDLE.stressTests}: all figures`,
      ...(covered.has(BUNDLE.backtest) ? [`${BUNDLE.backtest}: all figures`] : []),
    ],
  };
}

/**
 * The number of trials is stated by the home and signed; the figures that follow from it are recomputed. A bundle of
 * another version may lack those of the students.
 */
export function checkTrials(
  { covered, uncovered }: ReadBundle,
  sameProgram: boolean,
): Difference | undefined {
  const { trials } = readJsonFile(uncovered, BUNDLE.run, runRecordSchema);
  const own = readJsonFile(covered, BUNDLE.metrics, coreMetricsSchema).options.trials;
  const tests = readJsonFile(covered, BUNDLE.statTests, sharpeTestsSchema);
  const { studentNetSharpe, studentActiveSharpe, ...ofTeachers } = tests;
  const lacksStudents =
    !sameProgram && trials.studentNetSharpe === undefined && trials.studentActiveSharpe === undefined;
  return firstValueDifference(
    BUNDLE.run,
    trialRecord(lacksStudents ? ofTeachers : tests, own, trials.home),
    trials,
    sameProgram ? 0 : TOLERANCE,
    'trials',
  );
}

/** Keys of the texts that describe figures. */
const DESCRIPTIONS: ReadonlySet<string> = new Set([
  'notes',
  'note',
  'claim',
  'unit',
  'cut',
  'what',
  'limit',
  'why',
  'because',
]);

/** A value without the texts that describe its figures. */
function withoutDescriptions(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, inner: unknown) => (DESCRIPTIONS.has(key) ? undefined : inner)),
  ) as unknown;
}
