import { GurukulError } from '../errors.js';
import { dateColumn, encodeTable, nullableDoubleColumn, textColumn } from '../parquet/columns.js';
import { dates, nullableNumbers, readTable, texts } from '../parquet/read-table.js';
import type { RowKeys } from './row-keys.js';
import { requireSoundRows } from './row-keys.js';

/**
 * Simple factors of each predicted row, as columns of equal length, the schema of factors.parquet: one row per symbol
 * and date of the predictions, sorted by date and symbol.
 */
export interface FactorRows extends RowKeys {
  /** Names of the factors, in the order of the file's columns. */
  readonly names: readonly string[];
  /** A column for each factor; NaN where it is unknown. A greater value promises a greater return. */
  readonly values: readonly number[][];
}

/** Columns before those of the factors. */
const KEYS = ['symbol', 'date'] as const;
/** Factors that a file can have, at most. */
const MAX_FACTORS = 14;
const NAME = /^[A-Za-z][A-Za-z0-9_]{0,39}$/;

const isFactor = (name: string): boolean => !KEYS.some((key) => key === name);

/** Factors as the bytes of a Parquet file: equal rows give equal bytes. @throws GurukulError BadSchema */
export function encodeFactors(rows: FactorRows): Uint8Array {
  requireSoundFactors(rows, 'factors to be written');
  return encodeTable(
    [
      textColumn('symbol', rows.symbol),
      dateColumn('date', rows.date),
      ...rows.names.map((name, index) => nullableDoubleColumn(name, rows.values[index] ?? [])),
    ],
    { format: 'factors/1' },
  );
}

/** @throws GurukulError ChecksumMismatch of a damaged file, BadSchema of other columns or an impossible value. */
export async function decodeFactors(bytes: Uint8Array): Promise<FactorRows> {
  const table = await readTable(bytes, 'factors', {
    maxColumns: KEYS.length + MAX_FACTORS,
    isNullable: isFactor,
  });
  const columns = [...table.columns.keys()];
  if (columns.slice(0, KEYS.length).join() !== KEYS.join())
    throw new GurukulError(
      'BadSchema',
      `factors have the columns ${columns.join(', ')}; expected ${KEYS.join(', ')} and factors`,
    );
  const names = columns.slice(KEYS.length);
  const rows: FactorRows = {
    symbol: texts(table, 'symbol'),
    date: dates(table, 'date'),
    names,
    values: names.map((name) => nullableNumbers(table, name)),
  };
  requireSoundFactors(rows, 'factors');
  return rows;
}

function requireSoundFactors(rows: FactorRows, what: string): void {
  const { names, values } = rows;
  const strange = names.find((name, index) => !NAME.test(name) || names.indexOf(name) !== index);
  if (strange !== undefined || names.length === 0 || names.length > MAX_FACTORS)
    throw new GurukulError(
      'BadSchema',
      `${what}: ${names.length} factors, of which ${strange ?? 'none'} has no name of its own; expected 1 to ${MAX_FACTORS}`,
    );
  const columns = Object.fromEntries(names.map((name, index) => [name, values[index] ?? []]));
  requireSoundRows(what, rows, columns, (row) => {
    const wrong = values.findIndex((column) => Math.abs(column[row] ?? NaN) === Infinity);
    return wrong === -1 ? undefined : `${names[wrong] ?? ''} ${values[wrong]?.[row] ?? ''} is not a number`;
  });
}
