import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { z } from 'zod';

import { GurukulError, errorMessage } from '../../../data/errors.js';
import { requireParquetLimits } from '../../../data/parquet/parquet-limits.js';
import { decodeDates, encodeDates, isIntraday } from '../../../data/predictions/date-column.js';

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
    // Files of earlier versions hold texts.
    date: z.union([z.string(), z.date()]),
    probability: z.number().min(0).max(1),
    label: z.number(),
  }),
);

/** Encodes as a Parquet file: equal labels give equal bytes. */
export function encodeSoftLabels({ symbol, date, probability, label }: SoftLabels): Uint8Array {
  const encoded = encodeDates('date', date);
  return new Uint8Array(
    parquetWriteBuffer({
      schema: [
        { name: 'root', num_children: 4 },
        { name: 'symbol', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
        encoded.element,
        { name: 'probability', type: 'DOUBLE', repetition_type: 'REQUIRED' },
        { name: 'label', type: 'INT32', repetition_type: 'REQUIRED' },
      ],
      columnData: [
        { name: 'symbol', data: [...symbol] },
        { name: 'date', data: encoded.data },
        { name: 'probability', data: [...probability] },
        { name: 'label', data: [...label] },
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
    const file = Uint8Array.from(bytes).buffer;
    const metadata = parquetMetadata(file);
    requireParquetLimits(file, metadata);
    const intraday = isIntraday(metadata.schema.find(({ name }) => name === 'date'));
    const rows = rowsSchema.parse(await parquetReadObjects({ file, metadata }));
    return {
      symbol: rows.map(({ symbol }) => symbol),
      date: decodeDates(
        'date',
        rows.map(({ date }) => date),
        intraday,
      ),
      probability: rows.map(({ probability }) => probability),
      label: rows.map(({ label }) => label),
    };
  } catch (error) {
    throw new GurukulError('ChecksumMismatch', `the soft-labels file is damaged: ${errorMessage(error)}`, {
      cause: error,
    });
  }
}
