import { singlesOf } from '../math/fill-columns.js';
import { GurukulError, errorMessage } from '../errors.js';
import { dateColumn, encodeTable, floatColumn, textColumn } from '../parquet/columns.js';
import { dates, numbers, readTable, texts } from '../parquet/read-table.js';
import { SAMPLED_ROWS } from './student-sample.js';

/** Rows of a student with what its network was given, as columns of equal length. */
export interface StudentInputs {
  readonly symbol: readonly string[];
  /** As in the predictions. */
  readonly date: readonly string[];
  readonly split: readonly string[];
  /** Names of the F features, in the order of the network's inputs. */
  readonly features: readonly string[];
  /** Raw features, row-major [rows × F]. */
  readonly values: Float32Array;
}

/** Columns before those of the features. */
const KEYS = ['symbol', 'date', 'split'] as const;

/** Features that a student can have, at most. */
export const MAX_FEATURES = 256;

/** Inputs as the bytes of a Parquet file: equal inputs give equal bytes. */
export function encodeStudentInputs({ symbol, date, split, features, values }: StudentInputs): Uint8Array {
  return encodeTable(
    [
      textColumn('symbol', symbol),
      dateColumn('date', date),
      textColumn('split', split),
      ...features.map((name, feature) =>
        floatColumn(
          name,
          singlesOf(symbol, (_, row) => values[row * features.length + feature] ?? NaN),
        ),
      ),
    ],
    { format: 'student-inputs/1' },
  );
}

/** @throws GurukulError BadSchema when the bytes are not a file of inputs. */
export async function decodeStudentInputs(bytes: Uint8Array): Promise<StudentInputs> {
  try {
    const table = await readTable(bytes, 'inputs', {
      maxRows: SAMPLED_ROWS,
      maxColumns: KEYS.length + MAX_FEATURES,
    });
    const names = [...table.columns.keys()];
    const features = names.slice(KEYS.length);
    if (names.slice(0, KEYS.length).join() !== KEYS.join())
      throw new Error(`its columns are ${names.join(', ')}; expected ${KEYS.join(', ')} and features`);
    const values = new Float32Array(table.rows * features.length);
    for (const [feature, name] of features.entries())
      for (const [row, value] of numbers(table, name).entries()) {
        if (!Number.isFinite(value)) throw new Error(`${name} of row ${row} is not a number`);
        values[row * features.length + feature] = value;
      }
    return {
      symbol: texts(table, 'symbol'),
      date: dates(table, 'date'),
      split: texts(table, 'split'),
      features,
      values,
    };
  } catch (error) {
    throw new GurukulError('BadSchema', `not a file of a student's inputs: ${errorMessage(error)}`, {
      cause: error,
    });
  }
}
