import { MINUTES_PER_DAY } from '../../time/dates.js';
import { VALUES } from '../format.js';
import { Column } from './column.js';
import type { RowTrouble, SymbolRows } from './table-rows.js';

/** Columns of {@link VALUES} that are prices: the first four. */
export const PRICES = 4;
/** No date could be read. */
export const NO_DATE = -2;

/** Rows of one symbol while they are read. */
export class SymbolGroup {
  /** Exchange minutes, or minutes of an open date. */
  readonly minutes: Column;
  /** Indices of open dates, -1 for rows without one; empty as long as no row has one. */
  readonly dates = new Column();
  readonly values: readonly Column[];
  readonly lines: Column;
  readonly series: number[] = [];
  readonly leftOut: { line: number; date: number; minutes: number; partial: boolean }[] = [];
  readonly troubles: {
    code: RowTrouble['code'];
    line: number;
    date: number;
    minutes: number;
    problem: string;
  }[] = [];

  constructor(
    readonly named: string,
    room: number,
  ) {
    this.minutes = new Column(room);
    this.lines = new Column(room);
    this.values = VALUES.map(() => new Column(room));
  }

  /**
   * The rows, now that the order of day and month is known.
   *
   * @param days Day number of each open date; -1 where it does not exist.
   * @param priceScale What prices are divided by.
   */
  end(days: Int32Array, priceScale: number | undefined): SymbolRows {
    const timeOf = (date: number, minutes: number): number => {
      if (date < 0) return date === NO_DATE ? NaN : minutes;
      const day = days[date] ?? -1;
      return day < 0 ? NaN : day * MINUTES_PER_DAY + minutes;
    };
    const nullable = (time: number): number | null => (Number.isNaN(time) ? null : time);
    const troubles = this.troubles.map(({ code, line, date, minutes, problem }): RowTrouble => {
      return { code, line, time: nullable(timeOf(date, minutes)), problem };
    });
    const dropped = resolveDates(this, timeOf);
    for (const row of dropped) {
      const problem = 'the date does not exist in the order of day and month of the other rows';
      troubles.push({ code: 'bad_timestamp', line: this.lines.data[row] ?? 0, time: null, problem });
    }
    for (const column of [this.minutes, this.lines, ...this.values]) dropRows(column, dropped);
    if (priceScale !== undefined)
      for (const { data } of this.values.slice(0, PRICES)) divide(data, priceScale);
    return {
      named: this.named,
      time: this.minutes,
      values: this.values,
      line: this.lines,
      series: this.series.filter((_, row) => !dropped.has(row)),
      leftOut: this.leftOut.map(({ line, date, minutes, partial }) => ({
        line,
        time: nullable(timeOf(date, minutes)),
        partial,
      })),
      troubles: troubles.sort((a, b) => a.line - b.line),
    };
  }
}

/** Makes minutes of open dates exchange minutes. @returns The rows whose date does not exist. */
function resolveDates(
  { minutes, dates }: SymbolGroup,
  timeOf: (date: number, minutes: number) => number,
): ReadonlySet<number> {
  const dropped = new Set<number>();
  for (let row = 0; row < dates.length; row += 1) {
    const time = timeOf(dates.data[row] ?? -1, minutes.data[row] ?? 0);
    if (Number.isNaN(time)) dropped.add(row);
    else minutes.data[row] = time;
  }
  return dropped;
}

function dropRows(column: Column, rows: ReadonlySet<number>): void {
  if (rows.size === 0) return;
  let kept = 0;
  for (let row = 0; row < column.length; row += 1) {
    if (rows.has(row)) continue;
    column.data[kept] = column.data[row] ?? 0;
    kept += 1;
  }
  column.length = kept;
}

function divide(prices: Float64Array, scale: number): void {
  for (let row = 0; row < prices.length; row += 1) prices[row] = (prices[row] ?? 0) / scale;
}
