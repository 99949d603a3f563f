import type { SchemaElement } from 'hyparquet';
import { parquetMetadata, parquetRead } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';

import { GurukulError, errorMessage } from '../errors.js';
import { requireParquetLimits } from '../parquet/parquet-limits.js';
import { decodeDates, encodeDates, isIntraday } from './date-column.js';
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
export const MAX_FEATURES = 128;

/** Inputs as the bytes of a Parquet file: equal inputs give equal bytes. */
export function encodeStudentInputs({ symbol, date, split, features, values }: StudentInputs): Uint8Array {
  const dates = encodeDates('date', date);
  const text = (name: string): SchemaElement => ({
    name,
    type: 'BYTE_ARRAY',
    converted_type: 'UTF8',
    repetition_type: 'REQUIRED',
  });
  return new Uint8Array(
    parquetWriteBuffer({
      schema: [
        { name: 'root', num_children: KEYS.length + features.length },
        text('symbol'),
        dates.element,
        text('split'),
        ...features.map((name) => ({ name, type: 'FLOAT', repetition_type: 'REQUIRED' }) as const),
      ],
      columnData: [
        { name: 'symbol', data: [...symbol] },
        { name: 'date', data: dates.data },
        { name: 'split', data: [...split] },
        ...features.map((name, feature) => ({
          name,
          data: Float32Array.from(symbol, (_, row) => values[row * features.length + feature] ?? NaN),
        })),
      ],
      kvMetadata: [{ key: 'gurukul.format', value: 'student-inputs/1' }],
      statistics: false,
    }),
  );
}

/** @throws GurukulError BadSchema when the bytes are not a file of inputs. */
export async function decodeStudentInputs(bytes: Uint8Array): Promise<StudentInputs> {
  try {
    // hyparquet needs a buffer that holds the file alone.
    const file = Uint8Array.from(bytes).buffer;
    const metadata = parquetMetadata(file);
    requireParquetLimits(file, metadata, { maxRows: SAMPLED_ROWS, maxColumns: KEYS.length + MAX_FEATURES });
    const names = metadata.schema.slice(1).map(({ name }) => name);
    const features = names.slice(KEYS.length);
    if (names.slice(0, KEYS.length).join() !== KEYS.join() || new Set(names).size !== names.length)
      throw new Error(`its columns are ${names.join(', ')}; expected ${KEYS.join(', ')} and features`);
    const columns = new Map(names.map((name) => [name, new Array<unknown>()]));
    await parquetRead({
      file,
      metadata,
      onChunk: ({ columnName, columnData }) => {
        for (const value of columnData) columns.get(columnName)?.push(value);
      },
    });
    const column = (name: string): unknown[] => columns.get(name) ?? [];
    const rows = column('symbol').length;
    const values = new Float32Array(rows * features.length);
    for (const [feature, name] of features.entries())
      for (const [row, value] of column(name).entries()) {
        if (typeof value !== 'number' || !Number.isFinite(value))
          throw new Error(`${name} of row ${row} is not a number`);
        values[row * features.length + feature] = value;
      }
    const dateElement = metadata.schema.find(({ name }) => name === 'date');
    return {
      symbol: column('symbol').map(String),
      date: decodeDates('date', column('date'), isIntraday(dateElement)),
      split: column('split').map(String),
      features,
      values,
    };
  } catch (error) {
    throw new GurukulError('BadSchema', `not a file of a student's inputs: ${errorMessage(error)}`, {
      cause: error,
    });
  }
}
