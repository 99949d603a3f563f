import { GurukulError } from '../errors.js';
import { isIsoDate } from '../time/dates.js';
import type { RowKeys } from './key-set.js';
import { KeySet } from './key-set.js';
import type { Predictions } from './prediction.js';

export type { RowKeys } from './key-set.js';

const INTRADAY_TIME = /^T([01]\d|2[0-3]):[0-5]\d$/;

/** Why a text is neither a date nor the start of an intraday bar; undefined: it is. */
export function dateProblem(date: string): string | undefined {
  const time = date.slice(10);
  return isIsoDate(date.slice(0, 10)) && (time === '' || INTRADAY_TIME.test(time))
    ? undefined
    : `date ${date} is neither YYYY-MM-DD nor YYYY-MM-DDTHH:MM`;
}

/** Each symbol and date of the predictions once, sorted by date and symbol. */
export function keysOf(sets: readonly Pick<Predictions, 'symbol' | 'date'>[]): RowKeys {
  const keys = new KeySet();
  for (const set of sets) keys.add(set);
  return keys.keys();
}

/**
 * Checks that all columns have as many rows, that rows are sorted by date and symbol, each once, and every value.
 *
 * @param columns By name, with the keys.
 * @param rowProblem What is wrong with a row; undefined: nothing.
 * @throws GurukulError BadSchema naming the first wrong row.
 */
export function requireSoundRows(
  what: string,
  { symbol, date }: RowKeys,
  columns: Readonly<Record<string, readonly unknown[]>>,
  rowProblem: (row: number) => string | undefined,
): void {
  for (const [name, column] of Object.entries({ date, ...columns }))
    if (column.length !== symbol.length)
      throw new GurukulError('BadSchema', `${what}: column ${name} does not have ${symbol.length} rows`);
  for (const [row, own] of symbol.entries()) {
    const day = date[row] ?? '';
    const before = row === 0 ? '' : (date[row - 1] ?? '');
    const repeated = day === before;
    const problem =
      (own === '' ? 'symbol is empty' : undefined) ??
      (repeated ? undefined : dateProblem(day)) ??
      (day < before || (repeated && own <= (symbol[row - 1] ?? ''))
        ? 'rows are not sorted by date and symbol, each once'
        : undefined) ??
      rowProblem(row);
    if (problem !== undefined)
      throw new GurukulError('BadSchema', `${what}: row ${row} (${own} at ${day}): ${problem}`);
  }
}
