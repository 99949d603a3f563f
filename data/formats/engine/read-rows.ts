import type { Calendar } from '../../calendar/calendar.js';
import type { DateFormat } from '../../schemas/run-choices.js';
import { VALUES } from '../format.js';
import type { NumberForm } from './numbers.js';
import { readAnyNumber, readPlainNumber } from './numbers.js';
import type { TableLayout } from './recognise.js';
import { isHeader } from './recognise.js';
import { NO_DATE, PRICES, SymbolGroup } from './symbol-group.js';
import { symbolKey } from './symbol-key.js';
import type { SymbolRows, TableRows } from './table-rows.js';
import { UNNAMED } from './table-rows.js';
import { TimeReader } from './times.js';

export interface RowOptions {
  readonly dateFormat?: DateFormat;
  readonly calendar: Calendar;
  /** Keys of the symbols to keep; absent: all. */
  readonly wanted?: ReadonlySet<string>;
}

/** Rows for which there is room before the first is read, at most. */
const MAX_ROOM = 1 << 20;
/** The first cell of a line below the bars that sums them up. */
const SUMMARY =
  /^(?:grand |sub)?(?:total|sum|average|avg|mean|median|min|max|minimum|maximum|count|std)\b[^\d]*$/i;
const EXPECTED_TIME = 'a time such as 2022-01-03, 2022-01-03T09:15:00, 03-Jan-2022 or 03/01/2022';

/** Takes a table's rows one after the other; {@link RowReader.end} gives what they hold. */
export class RowReader {
  private readonly times = new TimeReader();
  private readonly groups = new Map<string, SymbolGroup>();
  private readonly byCell = new Map<string, SymbolGroup | null>();
  private readonly seriesNames: string[] = [];
  private readonly numbers = new Float64Array(VALUES.length);
  private readonly room: number;
  private unwanted = 0;
  private otherSegment = 0;
  private timed = 0;
  private untimed = 0;

  constructor(
    private readonly layout: TableLayout,
    private readonly form: NumberForm,
    private readonly options: RowOptions,
    expectedRows = 0,
  ) {
    // A file of many symbols has few rows of each.
    this.room = layout.symbol < 0 && layout.values.length === 1 ? Math.min(MAX_ROOM, expectedRows) : 0;
  }

  /** Takes a row after the header. */
  take(cells: readonly string[], line: number): void {
    const { layout } = this;
    if (cells.length !== layout.width && !this.hasWidth(cells, line)) return;
    if (layout.only.length > 0 && !this.isSelected(cells)) return;
    const named = layout.symbol < 0 ? undefined : this.groupOf(cells[layout.symbol] ?? '');
    if (named === null) {
      this.unwanted += 1;
      return;
    }
    const trouble = this.times.read(
      cells[layout.time] ?? '',
      layout.timeOfDay < 0 ? undefined : cells[layout.timeOfDay],
    );
    if (trouble !== undefined) {
      this.takeUntimely(cells, line, trouble);
      return;
    }
    for (const { ticker, values } of layout.values) {
      const group = named ?? this.groupOf(ticker ?? '');
      if (group === null) this.unwanted += 1;
      else this.takeBar(group, cells, values, line);
    }
  }

  private takeBar(
    group: SymbolGroup,
    cells: readonly string[],
    columns: readonly number[],
    line: number,
  ): void {
    const { numbers, form } = this;
    for (let index = 0; index < columns.length; index += 1) {
      const value = readPlainNumber(cells[columns[index] ?? -1] ?? '', form);
      if (Number.isNaN(value)) {
        this.takeOdd(group, cells, columns, line);
        return;
      }
      numbers[index] = value;
    }
    if (numbers[0] === 0 && numbers.every((value) => value === 0))
      group.leftOut.push({ line, date: this.times.date, minutes: this.times.minutes, partial: true });
    else this.keep(group, cells, line);
  }

  private keep(group: SymbolGroup, cells: readonly string[], line: number): void {
    const { date, minutes, timed } = this.times;
    if (date >= 0 || group.dates.length > 0) {
      while (group.dates.length < group.minutes.length) group.dates.push(-1);
      group.dates.push(date);
    }
    group.minutes.push(minutes);
    if (timed) this.timed += 1;
    else this.untimed += 1;
    for (let index = 0; index < this.numbers.length; index += 1)
      group.values[index]?.push(this.numbers[index] ?? NaN);
    group.lines.push(line);
    if (this.layout.series >= 0) group.series.push(this.seriesOf(cells[this.layout.series] ?? ''));
  }

  /** A row whose cells are not all plain numbers. */
  private takeOdd(
    group: SymbolGroup,
    cells: readonly string[],
    columns: readonly number[],
    line: number,
  ): void {
    let missing = 0;
    let missingPrices = 0;
    const problems: string[] = [];
    columns.forEach((column, index) => {
      const cell = cells[column] ?? '';
      const value = readAnyNumber(cell, this.form);
      if (value === undefined)
        problems.push(`${VALUES[index] ?? 'value'} is ${shown(cell)}, not a number${hintOf(cell)}`);
      else if (value !== null) this.numbers[index] = value;
      else {
        missing += 1;
        if (index < PRICES) missingPrices += 1;
      }
    });
    const { date, minutes } = this.times;
    if (problems.length > 0) {
      group.troubles.push({ code: 'bad_row', line, date, minutes, problem: problems.join('; ') });
    } else if (missing > 0) {
      group.leftOut.push({ line, date, minutes, partial: missingPrices < PRICES });
    } else this.keep(group, cells, line);
  }

  /** A row without a readable time: a note, a row of tickers, a repeated header, or a mistake. */
  private takeUntimely(cells: readonly string[], line: number, trouble: 'not_a_time' | 'seconds'): void {
    if (cells.every((cell) => cell.trim() === '')) return;
    const { layout, times } = this;
    const time = (cells[layout.time] ?? '').trim();
    const values = layout.values.flatMap(({ values: columns }) =>
      columns.map((column) => cells[column] ?? ''),
    );
    const numbers = values.map((cell) => readAnyNumber(cell, this.form));
    const group = this.anyGroup(cells);
    if (group === null) return;
    const empty = /^(?:nat|nan|none|null)?$/i.test(time);
    const noBar =
      numbers.every((value) => value === null) ||
      (empty && numbers.every((value) => typeof value !== 'number'));
    if (noBar || SUMMARY.test(time) || isHeader(cells, layout)) {
      group.leftOut.push({ line, date: NO_DATE, minutes: 0, partial: false });
      return;
    }
    const problem =
      trouble === 'seconds'
        ? `${shown(time)} is not a time in whole minutes`
        : `${time === '' ? 'an empty cell' : shown(time)} is not a time: expected ${EXPECTED_TIME}`;
    group.troubles.push({
      code: 'bad_timestamp',
      line,
      date: trouble === 'seconds' ? times.date : NO_DATE,
      minutes: times.minutes,
      problem,
    });
  }

  private hasWidth(cells: readonly string[], line: number): boolean {
    const { width } = this.layout;
    const extra = cells.length > width && cells.slice(width).some((cell) => cell.trim() !== '');
    if (cells.length >= width && !extra) return true;
    if (cells.every((cell) => cell.trim() === '')) return false;
    if (extra && this.layout.header.length > width && cells.length <= this.layout.header.length) return true;
    const group = this.anyGroup(cells);
    if (group === null) return false;
    const trouble = this.times.read(cells[this.layout.time] ?? '', undefined);
    const hint = extra ? '. Are there thousands commas without quotes?' : '. Was the file cut off?';
    // A note, alone or with a date (a dividend), is no part of a bar.
    const isNote = cells.every(
      (cell, column) => column === this.layout.time || typeof readAnyNumber(cell, this.form) !== 'number',
    );
    const filled = cells.filter((cell) => cell.trim() !== '').length;
    if (!extra && isNote && (trouble !== undefined || filled > 1))
      group.leftOut.push({ line, date: NO_DATE, minutes: 0, partial: false });
    else
      group.troubles.push({
        code: 'bad_row',
        line,
        date: trouble === undefined ? this.times.date : NO_DATE,
        minutes: this.times.minutes,
        problem: `has ${cells.length} cells, but the header has ${width}${hint}`,
      });
    return false;
  }

  private isSelected(cells: readonly string[]): boolean {
    for (const { column, allows } of this.layout.only) {
      if (allows((cells[column] ?? '').trim())) continue;
      this.otherSegment += 1;
      return false;
    }
    return true;
  }

  /** The group that a row belongs to of which no more is known. */
  private anyGroup(cells: readonly string[]): SymbolGroup | null {
    const { symbol, values } = this.layout;
    return this.groupOf(symbol < 0 ? (values[0]?.ticker ?? '') : (cells[symbol] ?? ''));
  }

  /** The rows of a symbol as a cell names it; null if it is not wanted. */
  private groupOf(cell: string): SymbolGroup | null {
    let group = this.byCell.get(cell);
    if (group !== undefined) return group;
    const key = this.layout.symbol < 0 && cell === '' ? UNNAMED : symbolKey(cell);
    const { wanted } = this.options;
    if (key !== UNNAMED && wanted !== undefined && !wanted.has(key)) group = null;
    else {
      group = this.groups.get(key) ?? new SymbolGroup(cell.trim(), this.room);
      this.groups.set(key, group);
    }
    this.byCell.set(cell, group);
    return group;
  }

  private seriesOf(cell: string): number {
    const name = cell.trim().toUpperCase();
    const index = this.seriesNames.indexOf(name);
    return index >= 0 ? index : this.seriesNames.push(name) - 1;
  }

  /** What all rows hold. */
  end(): TableRows {
    const { dateFormat, calendar } = this.options;
    const usual = this.layout.format.dateOrder ?? ORDERS[this.layout.timeName];
    const { days, order, ambiguous } = this.times.days({
      calendar,
      ...(dateFormat === undefined ? {} : { said: dateFormat }),
      ...(usual === undefined ? {} : { usual }),
    });
    const symbols = new Map<string, SymbolRows>();
    for (const [key, group] of this.groups) symbols.set(key, group.end(days, this.layout.format.priceScale));
    return {
      symbols,
      seriesNames: this.seriesNames,
      unwanted: this.unwanted,
      otherSegment: this.otherSegment,
      timed: this.untimed === 0 ? 'all' : this.timed === 0 ? 'none' : 'some',
      converted: this.times.converted,
      order,
      openDate: ambiguous,
    };
  }
}

/** Orders that the name of a column tells. */
const ORDERS: Readonly<Record<string, DateFormat>> = { dateymd: 'ymd', datedmy: 'dmy', datemdy: 'mdy' };

function shown(cell: string): string {
  return cell.trim().slice(0, 40);
}

function hintOf(cell: string): string {
  return /^\d+,\d{1,2}$/.test(cell.trim()) ? ' (a decimal comma needs semicolons or tabs between cells)' : '';
}
