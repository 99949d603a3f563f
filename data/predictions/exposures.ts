import {
  dateColumn,
  encodeTable,
  nullableDoubleColumn,
  nullableTextColumn,
  textColumn,
} from '../parquet/columns.js';
import {
  dates,
  nullableNumbers,
  nullableTexts,
  readTable,
  requireColumns,
  texts,
} from '../parquet/read-table.js';
import type { RowKeys } from './row-keys.js';
import { requireSoundRows } from './row-keys.js';

/**
 * What a score is made neutral to, as columns of equal length, the schema of exposures.parquet: one row per symbol
 * and date of the predictions, sorted by date and symbol. NaN where the look-back is missing.
 */
export interface ExposureRows extends RowKeys {
  /** Standard deviation of daily log returns. */
  readonly volatility: number[];
  /** Slope of the daily log returns on those of the market. */
  readonly beta: number[];
  /** Rupees traded in a session. */
  readonly tradedValue: number[];
  /** Industry of the universe's member; null where it is unknown. */
  readonly sector: (string | null)[];
}

const COLUMNS = {
  symbol: 'NSE symbol',
  date: 'as in predictions.parquet',
  volatility: 'standard deviation of daily log returns, as a fraction; null where unknown',
  beta: 'slope of the daily log returns on those of the market; null where unknown',
  traded_value: 'rupees traded in a session; null where unknown',
  sector: 'industry of the universe’s member; null where unknown',
} as const;
export const EXPOSURE_COLUMNS = Object.keys(COLUMNS);
const NULLABLE: readonly string[] = ['volatility', 'beta', 'traded_value', 'sector'];

/** Exposures as the bytes of a Parquet file: equal rows give equal bytes. @throws GurukulError BadSchema */
export function encodeExposures(rows: ExposureRows): Uint8Array {
  requireSoundExposures(rows, 'exposures to be written');
  return encodeTable(
    [
      textColumn('symbol', rows.symbol),
      dateColumn('date', rows.date),
      nullableDoubleColumn('volatility', rows.volatility),
      nullableDoubleColumn('beta', rows.beta),
      nullableDoubleColumn('traded_value', rows.tradedValue),
      nullableTextColumn('sector', rows.sector),
    ],
    { format: 'exposures/1', columns: COLUMNS },
  );
}

/** @throws GurukulError ChecksumMismatch of a damaged file, BadSchema of other columns or an impossible value. */
export async function decodeExposures(bytes: Uint8Array): Promise<ExposureRows> {
  const table = await readTable(bytes, 'exposures', { isNullable: (name) => NULLABLE.includes(name) });
  requireColumns(table, EXPOSURE_COLUMNS);
  const rows: ExposureRows = {
    symbol: texts(table, 'symbol'),
    date: dates(table, 'date'),
    volatility: nullableNumbers(table, 'volatility'),
    beta: nullableNumbers(table, 'beta'),
    tradedValue: nullableNumbers(table, 'traded_value'),
    sector: nullableTexts(table, 'sector'),
  };
  requireSoundExposures(rows, 'exposures');
  return rows;
}

function requireSoundExposures(rows: ExposureRows, what: string): void {
  const { volatility, beta, tradedValue, sector } = rows;
  requireSoundRows(what, rows, { volatility, beta, traded_value: tradedValue, sector }, (row) => {
    const [spread = NaN, slope = NaN, value = NaN] = [volatility[row], beta[row], tradedValue[row]];
    if (spread < 0 || spread === Infinity) return `volatility ${spread} is not a number from 0 on`;
    if (Math.abs(slope) === Infinity) return `beta ${slope} is not a number`;
    if (value < 0 || value === Infinity) return `traded_value ${value} is not a number from 0 on`;
    return sector[row] === '' ? 'sector is empty' : undefined;
  });
}
