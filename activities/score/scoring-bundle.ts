import { z } from 'zod';

import { InvalidInputError } from '../../data/errors.js';
import type { Predictions } from '../../data/predictions/prediction.js';
import { decodePredictions } from '../../data/predictions/parquet.js';
import type { StudentInputs } from '../../data/predictions/student-inputs.js';
import { decodeStudentInputs } from '../../data/predictions/student-inputs.js';
import { bundleIngestSchema, runRecordSchema } from '../../data/schemas/bundle.js';
import { windowLabel } from '../../data/schemas/plan.js';
import type { RunInput } from '../../data/schemas/run-input.js';
import { runInputSchema } from '../../data/schemas/run-input.js';
import type { ScoreRole } from '../../data/schemas/score-log.js';
import type { CohortDates } from '../../data/schemas/training-config.js';
import type { Home } from '../../data/store/home.js';
import { settleMembers } from '../../data/universe/run-members.js';
import { contentOf } from '../audit/bundle-content.js';
import { parseLines, readJsonFile } from '../audit/bundle-facts.js';
import type { BundleFiles } from '../audit/bundle-layout.js';
import { BUNDLE, studentFile } from '../audit/bundle-layout.js';
import { readSealedBundle } from '../audit/sealed-bundle.js';
import { mean } from '../stats/moments.js';
import { columnNames } from '../inference/student-network.js';
import { studentCohorts } from './bundled-student.js';
import type { BundledStudent } from './bundled-student.js';

/** Which model is scored, and why. */
export interface ScoreTarget {
  readonly role: ScoreRole;
  readonly run: string;
  /** What the bundle's digest must be; null for a run that no decision is about. */
  readonly bundleDigest: string | null;
  /** The decision that made it champion or shadow. */
  readonly decision: number | null;
}

/** What scoring needs of a bundle. */
export interface ScoringBundle {
  readonly target: ScoreTarget;
  readonly digest: string;
  readonly files: BundleFiles;
  /** What the run was started with. */
  readonly input: RunInput;
}

/**
 * Reads the bundle of a target, whole and signed by this home.
 *
 * @throws InvalidInputError when it is not.
 */
export async function readScoringBundle(
  { home, packageRoot }: { readonly home: Home; readonly packageRoot: string },
  target: ScoreTarget,
): Promise<ScoringBundle> {
  const { run, bundleDigest } = target;
  const sealed = await readSealedBundle(home, run, bundleDigest ?? undefined);
  const record = readJsonFile(sealed.uncovered, BUNDLE.run, runRecordSchema);
  const parsed = runInputSchema.safeParse(record.input);
  if (!parsed.success)
    throw new InvalidInputError([
      `run ${run} was started by another version of this program, whose input this one does not know`,
    ]);
  const { series } = readJsonFile(sealed.covered, BUNDLE.ingest, bundleIngestSchema);
  const input = await withSymbols(
    parsed.data,
    series.map(({ symbol }) => symbol),
    { home, packageRoot },
  );
  return { target, digest: sealed.manifest.digest, files: sealed.covered, input };
}

/**
 * The input with the symbols that the run was restricted to, where it was: an input that a run records names none. A
 * run of a whole universe takes in whoever joins it later.
 *
 * @param ran Symbols of the run.
 */
async function withSymbols(
  input: RunInput,
  ran: readonly string[],
  deps: { readonly home: Home; readonly packageRoot: string },
): Promise<RunInput> {
  const { symbols: _none, ...whole } = input;
  const { members } = await settleMembers(whole, deps);
  const all = new Set(members.map(({ symbol }) => symbol));
  const isWhole = ran.length === all.size && ran.every((symbol) => all.has(symbol));
  return isWhole ? whole : { ...whole, symbols: [...ran] };
}

/** The students' out-of-sample predictions. @throws GurukulError BadSchema */
export async function studentPredictions(files: BundleFiles): Promise<Predictions> {
  return decodePredictions(contentOf(files, BUNDLE.student), 'student');
}

/** The sampled inputs of all students that have the same inputs as one. @throws GurukulError BadSchema */
export async function sampledInputs(files: BundleFiles, student: BundledStudent): Promise<StudentInputs[]> {
  const names = columnNames(student.columns).join();
  const samples: StudentInputs[] = [];
  for (const { id } of studentCohorts(files)) {
    const content = files.get(studentFile(id, 'inputs.parquet'));
    if (content === undefined) continue;
    const sample = await decodeStudentInputs(content);
    if (sample.features.join() === names) samples.push(sample);
  }
  return samples;
}

const lineSchema = z.looseObject({
  window: z.string(),
  baseRate: z.looseObject({ fit: z.number().nullable() }).optional(),
});

/**
 * The share of ones among the labels that each symbol's teacher of a cohort learned from; of a symbol without a teacher,
 * the mean over the cohort's.
 */
export function baseRates(
  files: BundleFiles,
  { start, end }: CohortDates,
): (symbol: string) => number | null {
  const lines = parseLines(BUNDLE.teachers, contentOf(files, BUNDLE.teachers), lineSchema);
  const rates = new Map(lines.map(({ window, baseRate }) => [window, baseRate?.fit ?? undefined]));
  const cohort = windowLabel('', start, end);
  const own = [...rates].flatMap(([window, rate]) =>
    rate !== undefined && window.endsWith(cohort) ? [rate] : [],
  );
  const pooled = mean(own);
  return (symbol) => rates.get(windowLabel(symbol, start, end)) ?? pooled;
}
