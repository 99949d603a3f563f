import { GurukulError, errorMessage } from '../../../data/errors.js';
import {
  dateColumn,
  doubleColumn,
  encodeTable,
  integerColumn,
  textColumn,
} from '../../../data/parquet/columns.js';
import { dates, numbers, readTable, requireColumns, texts } from '../../../data/parquet/read-table.js';

/** The teachers' probabilities for the rows they were fitted on: one entry per row in every column. */
export interface SoftLabels {
  readonly symbol: readonly string[];
  /** As in predictions.parquet. */
  readonly date: readonly string[];
  /** Probability that the label is 1. */
  readonly probability: readonly number[];
  readonly label: readonly number[];
}

const COLUMNS = ['symbol', 'date', 'probability', 'label'] as const;

/** Encodes as a Parquet file: equal labels give equal bytes. */
export function encodeSoftLabels({ symbol, date, probability, label }: SoftLabels): Uint8Array {
  return encodeTable(
    [
      textColumn('symbol', symbol),
      dateColumn('date', date),
      doubleColumn('probability', probability),
      integerColumn('label', label),
    ],
    { format: 'soft-labels/1' },
    { compress: false },
  );
}

/** @throws GurukulError ChecksumMismatch when the bytes are not a file of soft labels. */
export async function decodeSoftLabels(bytes: Uint8Array): Promise<SoftLabels> {
  try {
    const table = await readTable(bytes, 'soft labels');
    requireColumns(table, COLUMNS);
    const probability = numbers(table, 'probability');
    const wrong = probability.findIndex((value) => !(value >= 0 && value <= 1));
    if (wrong !== -1) throw new Error(`probability of row ${wrong} is not between 0 and 1`);
    return {
      symbol: texts(table, 'symbol'),
      date: dates(table, 'date'),
      probability,
      label: numbers(table, 'label'),
    };
  } catch (error) {
    throw new GurukulError('ChecksumMismatch', `the soft-labels file is damaged: ${errorMessage(error)}`, {
      cause: error,
    });
  }
}
