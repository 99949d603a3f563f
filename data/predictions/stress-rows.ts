import { GurukulError } from '../errors.js';
import {
  dateColumn,
  doubleColumn,
  encodeTable,
  integerColumn,
  nullableDoubleColumn,
  textColumn,
} from '../parquet/columns.js';
import {
  choices,
  dates,
  nullableNumbers,
  numbers,
  readTable,
  requireColumns,
  texts,
} from '../parquet/read-table.js';
import { OUTCOME_HORIZONS } from './outcome-horizons.js';
import type { BarShock } from '../schemas/shock-ids.js';
import { BAR_SHOCKS } from '../schemas/shock-ids.js';
import { dateProblem } from './row-keys.js';

/** The label of a row is not known. */
export const UNKNOWN_LABEL = -1;

/**
 * What one student predicts on shocked bars, as columns of equal length, the schema of stress_predictions.parquet:
 * sorted by shock (in the order of `BAR_SHOCKS`), date and symbol, each once. Rows that cannot be predicted are absent.
 */
export interface StressRows {
  readonly shock: BarShock[];
  readonly symbol: string[];
  /** As in the predictions. */
  readonly date: string[];
  readonly probability: number[];
  readonly score: number[];
  /** 1, 0 or {@link UNKNOWN_LABEL}, on the shocked bars. */
  readonly label: number[];
  /** Of the shocked bars, as a fraction; NaN where the label is not known. */
  readonly forwardReturn: number[];
  /** That of the row without the shock. */
  readonly baseRate: number[];
  /** What a trade on the shocked bars leads to, as in outcomes.parquet; the row's own date where there is no entry. */
  readonly entryDate: string[];
  /** NaN where there is no entry. */
  readonly entryPrice: number[];
  /** A column for each of `OUTCOME_HORIZONS`; NaN where it is unknown. */
  readonly returns: readonly number[][];
}

const returnColumn = (horizon: number): string => `return_${horizon}`;
const RETURNS = OUTCOME_HORIZONS.map(returnColumn);
const NULLABLE: ReadonlySet<string> = new Set(['forward_return', 'entry_price', ...RETURNS]);

const COLUMNS: Readonly<Record<string, string>> = {
  shock: `what was done to the bars: ${BAR_SHOCKS.join(', ')}`,
  symbol: 'NSE symbol',
  date: 'session of the bar',
  probability: 'that the label is 1, from 0 to 1',
  score: 'expected return relative to comparable symbols, as a fraction, or a logit',
  label: '1 or 0, by the label rule of the run, on the shocked bars; -1 where they do not tell',
  forward_return: 'return that the label is about, on the shocked bars; null where the label is -1',
  base_rate: 'as in the predictions without the shock',
  entry_date: 'bar at whose open or close a trade is entered; that of the row where there is none',
  entry_price: 'on the shocked bars, in rupees; null where there is no entry',
  ...Object.fromEntries(
    OUTCOME_HORIZONS.map((horizon) => [
      returnColumn(horizon),
      `return from entry to the close of the last of ${horizon} bars held, on the shocked bars; null where unknown`,
    ]),
  ),
};

export function emptyStressRows(): StressRows {
  return {
    shock: [],
    symbol: [],
    date: [],
    probability: [],
    score: [],
    label: [],
    forwardReturn: [],
    baseRate: [],
    entryDate: [],
    entryPrice: [],
    returns: OUTCOME_HORIZONS.map(() => []),
  };
}

/** Rows as the bytes of a Parquet file: equal rows give equal bytes. @throws GurukulError BadSchema */
export function encodeStressRows(rows: StressRows): Uint8Array {
  requireSound(rows, 'stress predictions to be written');
  return encodeTable(
    [
      textColumn('shock', rows.shock),
      textColumn('symbol', rows.symbol),
      dateColumn('date', rows.date),
      doubleColumn('probability', rows.probability),
      doubleColumn('score', rows.score),
      integerColumn('label', rows.label),
      nullableDoubleColumn('forward_return', rows.forwardReturn),
      doubleColumn('base_rate', rows.baseRate),
      dateColumn('entry_date', rows.entryDate),
      nullableDoubleColumn('entry_price', rows.entryPrice),
      ...RETURNS.map((name, index) => nullableDoubleColumn(name, rows.returns[index] ?? [])),
    ],
    { format: 'stress-predictions/2', columns: COLUMNS },
  );
}

/** @throws GurukulError ChecksumMismatch of a damaged file, BadSchema of other columns or an impossible value. */
export async function decodeStressRows(bytes: Uint8Array): Promise<StressRows> {
  const table = await readTable(bytes, 'stress predictions', {
    isNullable: (name) => NULLABLE.has(name),
  });
  requireColumns(table, Object.keys(COLUMNS));
  const rows: StressRows = {
    shock: choices(table, 'shock', BAR_SHOCKS),
    symbol: texts(table, 'symbol'),
    date: dates(table, 'date'),
    probability: numbers(table, 'probability'),
    score: numbers(table, 'score'),
    label: numbers(table, 'label'),
    forwardReturn: nullableNumbers(table, 'forward_return'),
    baseRate: numbers(table, 'base_rate'),
    entryDate: dates(table, 'entry_date'),
    entryPrice: nullableNumbers(table, 'entry_price'),
    returns: RETURNS.map((name) => nullableNumbers(table, name)),
  };
  requireSound(rows, 'stress predictions');
  return rows;
}

function requireSound(rows: StressRows, what: string): void {
  const count = rows.shock.length;
  const { returns, ...single } = rows;
  const columns = { ...single, ...Object.fromEntries(RETURNS.map((name, at) => [name, returns[at] ?? []])) };
  for (const [name, column] of Object.entries(columns))
    if (!Array.isArray(column) || column.length !== count)
      throw new GurukulError('BadSchema', `${what}: column ${name} does not have ${count} rows`);
  const dates = new Set<string>();
  for (let row = 0; row < count; row += 1) {
    const problem = rowProblem(rows, row, dates);
    if (problem !== undefined) {
      const name = `${rows.shock[row] ?? ''}, ${rows.symbol[row] ?? ''} at ${rows.date[row] ?? ''}`;
      throw new GurukulError('BadSchema', `${what}: row ${row} (${name}): ${problem}`);
    }
  }
}

/** @param dates Those found to be dates, to look at each once. */
function rowProblem(rows: StressRows, row: number, dates: Set<string>): string | undefined {
  const [probability, score] = [rows.probability[row] ?? NaN, rows.score[row] ?? NaN];
  const [label, base] = [rows.label[row] ?? NaN, rows.baseRate[row] ?? NaN];
  const forwardReturn = rows.forwardReturn[row] ?? NaN;
  const date = rows.date[row] ?? '';
  if (rows.symbol[row] === '') return 'symbol is empty';
  if (!dates.has(date)) {
    const problem = dateProblem(date);
    if (problem !== undefined) return problem;
    dates.add(date);
  }
  if (row > 0 && !isAfter(rows, row)) return 'rows are not sorted by shock, date and symbol, each once';
  if (!(probability >= 0 && probability <= 1)) return `probability ${probability} is not between 0 and 1`;
  if (!Number.isFinite(score)) return `score ${score} is not a number`;
  if (!(base >= 0 && base <= 1)) return `base_rate ${base} is not between 0 and 1`;
  const wrongOutcome = outcomeProblem(rows, row, dates);
  if (wrongOutcome !== undefined) return wrongOutcome;
  if (label === UNKNOWN_LABEL) return Number.isNaN(forwardReturn) ? undefined : 'a return, but no label';
  if (label !== 0 && label !== 1) return `label ${label} is neither 0, 1 nor ${UNKNOWN_LABEL}`;
  return Number.isFinite(forwardReturn) ? undefined : `forward_return ${forwardReturn} is not a number`;
}

/** @param dates As above. */
function outcomeProblem(
  { date, entryDate, entryPrice, returns }: StressRows,
  row: number,
  dates: Set<string>,
): string | undefined {
  const [day, entry, price] = [date[row] ?? '', entryDate[row] ?? '', entryPrice[row] ?? NaN];
  if (!dates.has(entry)) {
    const problem = dateProblem(entry);
    if (problem !== undefined) return `entry_${problem}`;
    dates.add(entry);
  }
  if (entry.length !== day.length || entry < day) return `entry_date ${entry} is before its date`;
  if (!Number.isNaN(price) && !(price > 0 && price < Infinity)) return `entry_price ${price} is no price`;
  for (const [at, name] of RETURNS.entries()) {
    const value = returns[at]?.[row] ?? NaN;
    if (!Number.isNaN(value) && !(value > -1 && value < Infinity)) return `${name} ${value} is no return`;
  }
  return undefined;
}

/** Whether a row sorts after the one before it. */
function isAfter({ shock, date, symbol }: StressRows, row: number): boolean {
  const placeOf = (at: number): number => BAR_SHOCKS.findIndex((id) => id === shock[at]);
  if (shock[row - 1] !== shock[row]) return placeOf(row - 1) < placeOf(row);
  const [before, day] = [date[row - 1] ?? '', date[row] ?? ''];
  return before === day ? (symbol[row - 1] ?? '') < (symbol[row] ?? '') : before < day;
}
