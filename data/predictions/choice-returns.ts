import { GurukulError } from '../errors.js';
import type { ParquetLayout } from '../parquet/columns.js';
import {
  dateColumn,
  encodeTable,
  integerColumn,
  nullableDoubleColumn,
  textColumn,
} from '../parquet/columns.js';
import { dates, nullableNumbers, numbers, readTable, requireColumns, texts } from '../parquet/read-table.js';
import { dateProblem } from './row-keys.js';

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

/** Candidates of one choice, at most. */
const MAX_CANDIDATES = 256;

/** Columns of choice_returns.parquet, in this order and no others, with what they hold. */
const COLUMNS = {
  choice: 'what is chosen, as in choices.json',
  config: 'index of the candidate in the grid of the choice, from 0',
  date: 'session',
  figure: 'mean over the rows of the session, out of fold; higher is better; null where it is not defined',
} as const;

/** The bytes of a Parquet file: equal rows in equal order give equal bytes. */
export function encodeChoiceReturns(
  { choice, config, date, figure }: ChoiceReturns,
  layout?: ParquetLayout,
): Uint8Array {
  return encodeTable(
    [
      textColumn('choice', choice),
      integerColumn('config', config),
      dateColumn('date', date),
      nullableDoubleColumn('figure', figure),
    ],
    { format: 'choice_returns/1', columns: COLUMNS },
    layout,
  );
}

/** @throws GurukulError ChecksumMismatch of a damaged file, BadSchema of other columns or an impossible value. */
export async function decodeChoiceReturns(bytes: Uint8Array): Promise<ChoiceReturns> {
  const what = 'choice returns';
  const table = await readTable(bytes, what, { isNullable: (name) => name === 'figure' });
  requireColumns(table, Object.keys(COLUMNS));
  const rows: ChoiceReturns = {
    choice: texts(table, 'choice'),
    config: numbers(table, 'config'),
    date: dates(table, 'date'),
    figure: nullableNumbers(table, 'figure'),
  };
  const known = new Set<string>();
  for (const [row, date] of rows.date.entries()) {
    const [config, figure] = [rows.config[row] ?? NaN, rows.figure[row] ?? NaN];
    const problem =
      (known.has(date) ? undefined : dateProblem(date)) ??
      (Number.isInteger(config) && config >= 0 && config < MAX_CANDIDATES
        ? undefined
        : `config ${config} is not a whole number from 0 to ${MAX_CANDIDATES - 1}`) ??
      (Math.abs(figure) === Infinity ? `figure ${figure} is not a number` : undefined);
    if (problem !== undefined) throw new GurukulError('BadSchema', `${what}: row ${row}: ${problem}`);
    known.add(date);
  }
  return rows;
}
