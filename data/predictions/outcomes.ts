import {
  dateColumn,
  doubleColumn,
  encodeTable,
  nullableDoubleColumn,
  textColumn,
} from '../parquet/columns.js';
import { dates, nullableNumbers, numbers, readTable, requireColumns, texts } from '../parquet/read-table.js';
import { OUTCOME_HORIZONS } from './outcome-horizons.js';
import type { RowKeys } from './row-keys.js';
import { dateProblem, requireSoundRows } from './row-keys.js';

/**
 * What came after each predicted row, as columns of equal length, the schema of outcomes.parquet: one row per symbol
 * and date of the predictions, sorted by date and symbol.
 */
export interface OutcomeRows extends RowKeys {
  /** Bar at whose open or close the trade is entered, as a date is written. */
  readonly entryDate: string[];
  /** In rupees, adjusted like the bars. */
  readonly entryPrice: number[];
  /**
   * A column for each of `OUTCOME_HORIZONS`: the return from entry to the close of the last bar held, as a
   * fraction, without barriers; NaN where it is unknown.
   */
  readonly returns: readonly number[][];
}

const returnColumn = (horizon: number): string => `return_${horizon}`;
const RETURNS = OUTCOME_HORIZONS.map(returnColumn);

const COLUMNS: Readonly<Record<string, string>> = {
  symbol: 'NSE symbol',
  date: 'as in predictions.parquet',
  entry_date: 'bar at whose open or close the trade is entered',
  entry_price: 'in rupees, adjusted like the bars',
  ...Object.fromEntries(
    OUTCOME_HORIZONS.map((horizon) => [
      returnColumn(horizon),
      `return from entry to the close of the last of ${horizon} bars held, as a fraction; null where unknown`,
    ]),
  ),
};
export const OUTCOME_COLUMNS = Object.keys(COLUMNS);

/** Outcomes as the bytes of a Parquet file: equal rows give equal bytes. @throws GurukulError BadSchema */
export function encodeOutcomes(rows: OutcomeRows): Uint8Array {
  requireSoundOutcomes(rows, 'outcomes to be written');
  return encodeTable(
    [
      textColumn('symbol', rows.symbol),
      dateColumn('date', rows.date),
      dateColumn('entry_date', rows.entryDate),
      doubleColumn('entry_price', rows.entryPrice),
      ...RETURNS.map((name, index) => nullableDoubleColumn(name, rows.returns[index] ?? [])),
    ],
    { format: 'outcomes/1', columns: COLUMNS },
  );
}

/** @throws GurukulError ChecksumMismatch of a damaged file, BadSchema of other columns or an impossible value. */
export async function decodeOutcomes(bytes: Uint8Array): Promise<OutcomeRows> {
  const table = await readTable(bytes, 'outcomes', { isNullable: (name) => RETURNS.includes(name) });
  requireColumns(table, OUTCOME_COLUMNS);
  const rows: OutcomeRows = {
    symbol: texts(table, 'symbol'),
    date: dates(table, 'date'),
    entryDate: dates(table, 'entry_date'),
    entryPrice: numbers(table, 'entry_price'),
    returns: RETURNS.map((name) => nullableNumbers(table, name)),
  };
  requireSoundOutcomes(rows, 'outcomes');
  return rows;
}

function requireSoundOutcomes(rows: OutcomeRows, what: string): void {
  const { date, entryDate, entryPrice, returns } = rows;
  const columns = Object.fromEntries(RETURNS.map((name, index) => [name, returns[index] ?? []]));
  requireSoundRows(what, rows, { entry_date: entryDate, entry_price: entryPrice, ...columns }, (row) => {
    const day = date[row] ?? '';
    const entry = entryDate[row] ?? '';
    const price = entryPrice[row] ?? NaN;
    // Most symbols have one entry date: it was looked at in the row before.
    if (entry !== day && !(entry === entryDate[row - 1] && day === date[row - 1])) {
      const wrong = dateProblem(entry);
      if (wrong !== undefined) return `entry_${wrong}`;
      if (entry.length !== day.length || entry < day) return `entry_date ${entry} is before its date`;
    }
    if (!Number.isFinite(price) || price <= 0) return `entry_price ${price} is no price`;
    for (const [index, name] of RETURNS.entries()) {
      const value = returns[index]?.[row] ?? NaN;
      if (!Number.isNaN(value) && !(value > -1 && value < Infinity)) return `${name} ${value} is no return`;
    }
    return undefined;
  });
}
