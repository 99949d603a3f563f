import { parquetWriteBuffer } from 'hyparquet-writer';

import { encodeDates } from './date-column.js';

/**
 * What every candidate of a cohort's choices would have shown on each date of the folds' tests, as columns of equal
 * length: the schema of choice_returns.parquet, from which the probability of overfitting is computed.
 */
export interface ChoiceReturns {
  /** Words of the choice, as in choices.json. */
  readonly choice: string[];
  /** Index into the grid of that choice. */
  readonly config: number[];
  /** ISO. */
  readonly date: string[];
  /** Mean over the rows of the date, higher is better; NaN where it is not defined. */
  readonly figure: number[];
}

/** Columns of choice_returns.parquet, in this order and no others, with what they hold. */
const COLUMNS = {
  choice: 'what is chosen, as in choices.json',
  config: 'index of the candidate in the grid of the choice, from 0',
  date: 'session',
  figure: 'mean over the rows of the session, out of fold; higher is better; NaN where it is not defined',
} as const;

/** The bytes of a Parquet file: equal rows in equal order give equal bytes. */
export function encodeChoiceReturns({ choice, config, date, figure }: ChoiceReturns): Uint8Array {
  const dates = encodeDates('date', date);
  return new Uint8Array(
    parquetWriteBuffer({
      schema: [
        { name: 'root', num_children: 4 },
        { name: 'choice', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
        { name: 'config', type: 'INT32', repetition_type: 'REQUIRED' },
        dates.element,
        { name: 'figure', type: 'DOUBLE', repetition_type: 'REQUIRED' },
      ],
      columnData: [
        { name: 'choice', data: choice },
        { name: 'config', data: config },
        { name: 'date', data: dates.data },
        { name: 'figure', data: figure },
      ],
      kvMetadata: [
        { key: 'gurukul.format', value: 'choice_returns/1' },
        { key: 'gurukul.columns', value: JSON.stringify(COLUMNS) },
      ],
      rowGroupSize: 100_000,
      statistics: false,
    }),
  );
}
