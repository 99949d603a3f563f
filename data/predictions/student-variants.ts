import { GurukulError, errorMessage } from '../errors.js';
import { doubleColumn, encodeTable } from '../parquet/columns.js';
import { numbers, readTable, requireColumns } from '../parquet/read-table.js';

/**
 * What students of one cohort that differ in what they learnt from say of the same rows: learnt from soft labels
 * (`plain`), from the same with rewards as weights (`reward`), and from labels alone (`hard`).
 */
export const STUDENT_VARIANTS = ['plain', 'reward', 'hard'] as const;
export type StudentVariant = (typeof STUDENT_VARIANTS)[number];

export interface VariantOutputs {
  readonly probability: readonly number[];
  readonly score: readonly number[];
}

/** One entry per forward row of the student's predictions, in their order. */
export type VariantRows = Readonly<Record<StudentVariant, VariantOutputs>>;

const OUTPUTS = ['probability', 'score'] as const;

const LEARNT_FROM: Readonly<Record<StudentVariant, string>> = {
  plain: 'soft labels',
  reward: 'soft labels with rewards as weights',
  hard: 'labels alone',
};

/** Columns, in this order and no others, with what they hold. */
const COLUMNS: Readonly<Record<string, string>> = Object.fromEntries(
  STUDENT_VARIANTS.flatMap((variant) =>
    OUTPUTS.map((output) => [
      `${variant}_${output}`,
      `${output} of the student that learnt from ${LEARNT_FROM[variant]}, for the forward row of the students' predictions in the same place`,
    ]),
  ),
);

/** The bytes of a Parquet file: equal rows in equal order give equal bytes. */
export function encodeVariants(rows: VariantRows, compress = true): Uint8Array {
  return encodeTable(
    STUDENT_VARIANTS.flatMap((variant) =>
      OUTPUTS.map((output) => doubleColumn(`${variant}_${output}`, rows[variant][output])),
    ),
    { format: 'student-variants/1', columns: COLUMNS },
    { compress },
  );
}

/** @throws GurukulError BadSchema when the bytes are not such a file. */
export async function decodeVariants(bytes: Uint8Array): Promise<VariantRows> {
  try {
    const table = await readTable(bytes, 'student variants');
    requireColumns(table, Object.keys(COLUMNS));
    const of = (variant: StudentVariant): VariantOutputs => {
      const probability = numbers(table, `${variant}_probability`);
      const score = numbers(table, `${variant}_score`);
      const wrong = probability.findIndex(
        (value, row) => !(value >= 0 && value <= 1 && Number.isFinite(score[row])),
      );
      if (wrong !== -1) throw new Error(`row ${wrong} of ${variant} is no prediction`);
      return { probability, score };
    };
    return { plain: of('plain'), reward: of('reward'), hard: of('hard') };
  } catch (error) {
    throw new GurukulError('BadSchema', `not a file of student variants: ${errorMessage(error)}`, {
      cause: error,
    });
  }
}
