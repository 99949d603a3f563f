import { z } from 'zod';

import { GurukulError, InvalidInputError, errorMessage } from '../../data/errors.js';
import type { CohortDates } from '../../data/schemas/training-config.js';
import { cohortDates } from '../../data/schemas/training-config.js';
import type { BundleFiles } from '../audit/bundle-layout.js';
import { cohortOfStudentFile, studentFile } from '../audit/bundle-layout.js';
import type { StudentColumns, StudentInput } from '../inference/student-network.js';
import { STUDENT_FORMAT, readStudentNetwork } from '../inference/student-network.js';

const formatSchema = z.object({ userDefinedMetadata: z.object({ format: z.literal(STUDENT_FORMAT) }) });

/** A row of numbers for each input, row-major [rows × width]. */
export type InputColumns = Readonly<Record<StudentInput, Float32Array>>;

/** A student of a bundle. */
export interface BundledStudent {
  readonly cohort: CohortDates;
  readonly columns: StudentColumns;
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
  // The only format that can be scored: earlier students had no score of their own.
  if (!hasFormat(file, modelJson)) throw earlierStudent(run);
  const { columns, predict } = readStudentNetwork(file, modelJson, contentOf('weights.bin'));
  return {
    cohort,
    columns,
    predict: (given, rows) => {
      const { probability, score } = predict(given, rows);
      if (score === undefined) throw new GurukulError('BadSchema', `${file}: it has no score`);
      return { probability, score };
    },
  };
}

function hasFormat(file: string, modelJson: Uint8Array): boolean {
  try {
    return formatSchema.safeParse(JSON.parse(Buffer.from(modelJson).toString('utf8'))).success;
  } catch (error) {
    throw new GurukulError('BadSchema', `${file}: not a layers model: ${errorMessage(error)}`, {
      cause: error,
    });
  }
}

function earlierStudent(run: string): InvalidInputError {
  return new InvalidInputError([
    `the students of run ${run} are of another version of this program and cannot be scored: train it again with: gurukul resume ${run}, or start a new run`,
  ]);
}
