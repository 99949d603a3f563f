import { z } from 'zod';

import { GurukulError, InvalidInputError, errorMessage } from '../../data/errors.js';
import type { CohortDates } from '../../data/schemas/training-config.js';
import { cohortDates } from '../../data/schemas/training-config.js';
import type { BundleFiles } from '../audit/bundle-layout.js';
import { cohortOfStudentFile, studentFile } from '../audit/bundle-layout.js';
import { readLayersNetwork } from '../inference/layers-network.js';

/** The inputs of a student, in the order of its columns. */
export const INPUTS = ['features', 'relative', 'ranks', 'state'] as const;
export type InputName = (typeof INPUTS)[number];

/** The only format that can be scored: earlier students had no score of their own. */
const STUDENT_FORMAT = 'student/2';

const names = z.array(z.string().regex(/^\w{1,64}$/)).max(1024);
const metadataSchema = z.object({
  format: z.string(),
  features: names,
  relative: names,
  ranks: names,
  state: names,
});

/** A row of numbers for each input, row-major [rows × width]. */
export type InputColumns = Readonly<Record<InputName, Float32Array>>;

/** A student of a bundle. */
export interface BundledStudent {
  readonly cohort: CohortDates;
  readonly columns: Readonly<Record<InputName, readonly string[]>>;
  /** @returns One number a row; NaN where an input is not finite. */
  readonly predict: (
    inputs: InputColumns,
    rows: number,
  ) => { readonly probability: Float64Array; readonly score: Float64Array };
}

/** Ids of the cohorts with a student, oldest first. */
export function studentCohorts(files: BundleFiles): CohortDates[] {
  const ids = new Set([...files.keys()].flatMap((path) => cohortOfStudentFile(path) ?? []));
  return [...ids].map(cohortDates).sort((a, b) => (a.end < b.end ? -1 : 1));
}

/**
 * The newest student of a bundle that had not learnt from bars of a date or later.
 *
 * @param date ISO.
 * @throws InvalidInputError when there is none.
 */
export function newestCohort(files: BundleFiles, run: string, date: string): CohortDates {
  const cohorts = studentCohorts(files);
  const first = cohorts[0];
  if (first === undefined)
    throw new InvalidInputError([`run ${run} has no student: none of its windows could be trained`]);
  const found = cohorts.findLast(({ end }) => end <= date);
  if (found === undefined)
    throw new InvalidInputError([
      `as-of: every student of run ${run} learnt from bars of ${date} or later: its first one can be asked about dates from ${first.end}`,
    ]);
  return found;
}

/** Reads a student. @throws InvalidInputError when it is of an earlier version; GurukulError BadSchema when it is none. */
export function readStudent(files: BundleFiles, run: string, cohort: CohortDates): BundledStudent {
  const file = studentFile(cohort.id, 'model.json');
  const contentOf = (name: 'model.json' | 'weights.bin'): Uint8Array =>
    files.get(studentFile(cohort.id, name)) ?? new Uint8Array(0);
  const modelJson = contentOf('model.json');
  const { format, ...columns } = readMetadata(file, run, modelJson);
  if (format !== STUDENT_FORMAT) throw earlierStudent(run);
  const { inputs, outputs, predict } = readLayersNetwork(file, modelJson, contentOf('weights.bin'));
  const expected = INPUTS.filter((name) => columns[name].length > 0)
    .map((name) => `${name} ${columns[name].length}`)
    .join();
  const found = inputs.map(({ name, width }) => `${name} ${width}`).join();
  if (found !== expected)
    throw new GurukulError('BadSchema', `${file}: its inputs are ${found}; expected ${expected}`);
  if (outputs.join() !== 'probability,score')
    throw new GurukulError(
      'BadSchema',
      `${file}: its outputs are ${outputs.join(', ')}; expected probability, score`,
    );
  return {
    cohort,
    columns,
    predict: (given, rows) => {
      const { probability, score } = predict(given, rows);
      if (probability?.length !== rows || score?.length !== rows)
        throw new GurukulError('BadSchema', `${file}: its outputs are not one number a row`);
      return { probability, score };
    },
  };
}

function readMetadata(file: string, run: string, modelJson: Uint8Array): z.output<typeof metadataSchema> {
  let about: unknown;
  try {
    about = z
      .object({ userDefinedMetadata: z.record(z.string(), z.unknown()) })
      .parse(JSON.parse(Buffer.from(modelJson).toString('utf8'))).userDefinedMetadata;
  } catch (error) {
    throw new GurukulError('BadSchema', `${file}: not a layers model: ${errorMessage(error)}`, {
      cause: error,
    });
  }
  const parsed = metadataSchema.safeParse(about);
  if (!parsed.success) throw earlierStudent(run);
  return parsed.data;
}

function earlierStudent(run: string): InvalidInputError {
  return new InvalidInputError([
    `the students of run ${run} are of another version of this program and cannot be scored: train it again with: gurukul resume ${run}, or start a new run`,
  ]);
}
