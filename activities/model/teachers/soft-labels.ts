import { parquetReadObjects } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { z } from 'zod';

import { GurukulError, errorMessage } from '../../../data/errors.js';

/** The teachers' probabilities for the rows they were fitted on: one entry per row in every column. */
export interface SoftLabels {
  readonly symbol: readonly string[];
  /** As in predictions.parquet. */
  readonly date: readonly string[];
  /** Probability that the label is 1. */
  readonly probability: readonly number[];
  readonly label: readonly number[];
}

const rowsSchema = z.array(
  z.strictObject({
    symbol: z.string(),
    date: z.string(),
    probability: z.number().min(0).max(1),
    label: z.number(),
  }),
);

/** Encodes as a Parquet file: equal labels give equal bytes. */
export function encodeSoftLabels({ symbol, date, probability, label }: SoftLabels): Uint8Array {
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: 'symbol', data: [...symbol], type: 'STRING', nullable: false },
        { name: 'date', data: [...date], type: 'STRING', nullable: false },
        { name: 'probability', data: [...probability], type: 'DOUBLE', nullable: false },
        { name: 'label', data: [...label], type: 'INT32', nullable: false },
      ],
      rowGroupSize: 100_000,
      // The file is always read whole, so column statistics would only cost time.
      statistics: false,
    }),
  );
}

/** @throws GurukulError ChecksumMismatch when the bytes are not a file of soft labels. */
export async function decodeSoftLabels(bytes: Uint8Array): Promise<SoftLabels> {
  try {
    // Copy: a view may lie in a pooled buffer, and hyparquet needs a buffer of its own.
    const rows = rowsSchema.parse(await parquetReadObjects({ file: Uint8Array.from(bytes).buffer }));
    return {
      symbol: rows.map(({ symbol }) => symbol),
      date: rows.map(({ date }) => date),
      probability: rows.map(({ probability }) => probability),
      label: rows.map(({ label }) => label),
    };
  } catch (error) {
    throw new GurukulError('ChecksumMismatch', `the soft-labels file is damaged: ${errorMessage(error)}`, {
      cause: error,
    });
  }
}
