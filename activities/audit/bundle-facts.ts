import type { z } from 'zod';

import { GurukulError, errorMessage } from '../../data/errors.js';
import type { BundleConfig, BundleIngest, TeacherLine } from '../../data/schemas/bundle.js';
import { bundleConfigSchema, bundleIngestSchema, teacherLineSchema } from '../../data/schemas/bundle.js';
import type { CohortChoices } from '../../data/schemas/choices.js';
import { cohortChoicesSchema } from '../../data/schemas/choices.js';
import type { Coverage } from '../../data/schemas/coverage.js';
import { coverageSchema } from '../../data/schemas/coverage.js';
import type { Integrity } from '../../data/schemas/integrity.js';
import { integritySchema } from '../../data/schemas/integrity.js';
import type { Logic } from '../../data/schemas/logic.js';
import { logicSchema } from '../../data/schemas/logic.js';
import type { Metrics, StatTests } from '../../data/schemas/metrics.js';
import { metricsSchema, statTestsSchema } from '../../data/schemas/metrics.js';
import type { Plan } from '../../data/schemas/plan.js';
import { planSchema, windowLabel } from '../../data/schemas/plan.js';
import type { StressTests } from '../../data/schemas/stress.js';
import { stressTestsSchema } from '../../data/schemas/stress.js';
import type { Policy } from '../../data/schemas/policy.js';
import { policySchema } from '../../data/schemas/policy.js';
import type { Reproduction } from '../../data/schemas/reproduction.js';
import { reproductionSchema } from '../../data/schemas/reproduction.js';
import { sha256 } from '../../data/store/digests.js';
import { total } from '../../data/telemetry/sum-counts.js';
import { contentOf, once, parseJsonFile } from './bundle-content.js';
import type { BundleFiles } from './bundle-layout.js';
import { BUNDLE, choicesOfFile } from './bundle-layout.js';
import type { Departures } from './departures.js';
import { countDepartures } from './departures.js';
import type { ForwardArms } from './plots/curves.js';
import { isSkip, windowOutcome } from './window-outcome.js';

/**
 * The content that texts and plots of a bundle are made from, read from the bundle's own files, so that a verifier can
 * recreate them from the bundle alone.
 */
export interface BundleFacts {
  readonly config: BundleConfig;
  /** The algorithm; undefined in bundles of earlier versions. */
  readonly logic: Logic | undefined;
  readonly plan: Plan;
  readonly ingest: BundleIngest;
  /** Undefined in bundles of earlier versions. */
  readonly coverage: Coverage | undefined;
  readonly integrity: Integrity;
  readonly metrics: Metrics;
  readonly statTests: StatTests;
  readonly stressTests: StressTests;
  readonly windows: WindowCounts;
  /** Windows that failed in training, by label. */
  readonly failures: readonly TeacherLine[];
  /** Choices by cohort, those of the real arm first; none in bundles of earlier versions. */
  readonly choices: readonly CohortChoices[];
  /** Undefined in bundles of earlier versions. */
  readonly departures: Departures | undefined;
  /** Ids of the cohorts that have a student. */
  readonly students: readonly string[];
  /** Ids of the cohorts whose teachers predicted, and of those with forward rows of a student. */
  readonly taughtCohorts: readonly string[];
  readonly forwardCohorts: readonly string[];
  /** What curves are drawn from. */
  readonly arms: ForwardArms;
  /** What decides, as it was settled when the run was started, and the digest of its file. */
  readonly policy: Policy;
  readonly policyDigest: string;
  /** Undefined where no cohort was trained a second time. */
  readonly reproduction: Reproduction | undefined;
}

/** Outcomes of the planned windows. */
export interface WindowCounts {
  readonly planned: number;
  readonly succeeded: number;
  readonly skipped: number;
  readonly failed: number;
  readonly skippedBy: Readonly<Record<string, number>>;
  /** By error type; `not finished` for windows whose shard has no result, and nothing says why. */
  readonly failedBy: Readonly<Record<string, number>>;
}

/** The facts that follow from the predictions. */
export type PredictedFacts = Pick<BundleFacts, 'taughtCohorts' | 'forwardCohorts' | 'arms'>;

/** Reads the facts. @throws GurukulError BadSchema naming the invalid file. */
export function readFacts(files: BundleFiles, predicted: PredictedFacts): BundleFacts {
  const plan = readBundlePlan(files);
  const teachers = readTeachers(files);
  return {
    config: readJsonFile(files, BUNDLE.config, bundleConfigSchema),
    logic: files.has(BUNDLE.logic) ? readJsonFile(files, BUNDLE.logic, logicSchema) : undefined,
    plan,
    ingest: readJsonFile(files, BUNDLE.ingest, bundleIngestSchema),
    coverage: files.has(BUNDLE.coverage) ? readJsonFile(files, BUNDLE.coverage, coverageSchema) : undefined,
    integrity: readJsonFile(files, BUNDLE.integrity, integritySchema),
    metrics: readJsonFile(files, BUNDLE.metrics, metricsSchema),
    statTests: readJsonFile(files, BUNDLE.statTests, statTestsSchema),
    stressTests: readJsonFile(files, BUNDLE.stressTests, stressTestsSchema),
    windows: countWindows(plan, teachers),
    failures: teachers.filter(({ error }) => error && !isSkip(error)),
    choices: readChoices(files),
    departures: countDepartures(teachers),
    students: studentCohorts(files),
    ...predicted,
    policy: readJsonFile(files, BUNDLE.policy, policySchema),
    policyDigest: sha256(contentOf(files, BUNDLE.policy)),
    reproduction: files.has(BUNDLE.reproduction)
      ? readJsonFile(files, BUNDLE.reproduction, reproductionSchema)
      : undefined,
  };
}

/** Reads a JSON file of the bundle with its schema. @throws GurukulError BadSchema */
export function readJsonFile<Schema extends z.ZodType>(
  files: BundleFiles,
  path: string,
  schema: Schema,
): z.output<Schema> {
  return parseJsonFile(path, contentOf(files, path), schema);
}

const planOnce = once((content) => parseJsonFile(BUNDLE.plan, content, planSchema));

/** The bundle's plan. @throws GurukulError BadSchema */
export function readBundlePlan(files: BundleFiles): Plan {
  return planOnce(contentOf(files, BUNDLE.plan));
}

const teachersOnce = once((content) => parseLines(BUNDLE.teachers, content, teacherLineSchema));

/** The lines of teachers.jsonl. @throws GurukulError BadSchema naming the line. */
export function readTeachers(files: BundleFiles): readonly TeacherLine[] {
  return teachersOnce(contentOf(files, BUNDLE.teachers));
}

/** The lines of a file of JSON Lines. @throws GurukulError BadSchema naming the line. */
export function parseLines<Schema extends z.ZodType>(
  file: string,
  content: Uint8Array,
  schema: Schema,
): z.output<Schema>[] {
  const lines = Buffer.from(content).toString('utf8').split('\n');
  return lines
    .filter((line) => line !== '')
    .map((line, i) => {
      try {
        return schema.parse(JSON.parse(line));
      } catch (error) {
        throw new GurukulError('BadSchema', `${file}:${i + 1}: ${errorMessage(error)}`, { cause: error });
      }
    });
}

function countWindows(plan: Plan, lines: readonly TeacherLine[]): WindowCounts {
  const line = new Map(lines.map((each) => [each.window, each]));
  const skippedBy: Record<string, number> = {};
  const failedBy: Record<string, number> = {};
  let succeeded = 0;
  for (const item of plan.items) {
    const { status, reason } = windowOutcome(item, line.get(windowLabel(item.symbol, item.start, item.end)));
    if (status === 'skipped') tally(skippedBy, reason);
    else if (status === 'failed') tally(failedBy, reason);
    else succeeded += 1;
  }
  return {
    planned: plan.items.length,
    succeeded,
    skipped: total(skippedBy),
    failed: total(failedBy),
    skippedBy: sorted(skippedBy),
    failedBy: sorted(failedBy),
  };
}

function readChoices(files: BundleFiles): CohortChoices[] {
  // Of one cohort, choices.json sorts before placebo_choices.json.
  const paths = [...files.keys()].filter((path) => choicesOfFile(path) !== undefined).sort();
  return paths.map((path) => readJsonFile(files, path, cohortChoicesSchema));
}

function studentCohorts(files: BundleFiles): string[] {
  const prefix = `${BUNDLE.students}/`;
  const paths = [...files.keys()].filter((path) => path.startsWith(prefix));
  return [...new Set(paths.map((path) => path.slice(prefix.length).split('/')[0] ?? ''))].sort();
}

function tally(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}

function sorted(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));
}
