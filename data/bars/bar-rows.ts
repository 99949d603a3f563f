import { Column } from '../formats/engine/column.js';
import type { BarTable } from '../formats/engine/read-bar-file.js';
import type { LeftOutRow, RowTrouble, SymbolRows } from '../formats/engine/table-rows.js';
import { VALUES } from '../formats/format.js';

/** A table that rows came from. */
export interface RowSource {
  /** Name of the file. */
  readonly name: string;
  /** Name of the format that it was read in. */
  readonly format: string;
  readonly timed: BarTable['rows']['timed'];
  /** Whether its times were converted from another zone. */
  readonly converted: boolean;
  /** Index of its first row. */
  readonly first: number;
}

/** Rows of one symbol from any number of files, in the order in which they were added: neither sorted nor judged. */
export class BarRows {
  readonly sources: RowSource[] = [];
  private times = new Column();
  private columns: readonly Column[] = VALUES.map(() => new Column());
  private lines = new Column();
  /** NSE series of each row; an empty name where the file has none. */
  readonly series: string[] = [];
  readonly leftOut: (LeftOutRow & { readonly file: string })[] = [];
  readonly troubles: (RowTrouble & { readonly file: string; readonly format: string })[] = [];

  /** Number of rows; the columns have room for more. */
  get length(): number {
    return this.times.length;
  }

  /** Exchange minutes of each row. */
  get time(): Float64Array {
    return this.times.data;
  }

  /** Open, high, low, close and volume of each row. */
  get values(): readonly Float64Array[] {
    return this.columns.map(({ data }) => data);
  }

  /** Adds the rows of the symbol in a table, which are not to be used elsewhere. */
  add({ name, layout, rows }: BarTable, added: SymbolRows): void {
    const format = layout.format.name;
    const first = this.length;
    this.sources.push({ name, format, timed: rows.timed, converted: rows.converted, first });
    if (first === 0) [this.times, this.columns, this.lines] = [added.time, added.values, added.line];
    else this.append(added.time, added.values, added.line);
    this.addSeries(
      first,
      added.series.map((series) => rows.seriesNames[series] ?? ''),
    );
    for (const row of added.leftOut) this.leftOut.push({ ...row, file: name });
    for (const trouble of added.troubles) this.troubles.push({ ...trouble, file: name, format });
  }

  /** Adds a copy of all rows of the same symbol that were collected elsewhere. */
  addAll(other: BarRows): void {
    const first = this.length;
    for (const source of other.sources) this.sources.push({ ...source, first: source.first + first });
    this.append(other.times, other.columns, other.lines);
    this.addSeries(first, other.series);
    this.leftOut.push(...other.leftOut);
    this.troubles.push(...other.troubles);
  }

  private append(times: Column, columns: readonly Column[], lines: Column): void {
    this.times.append(times);
    this.columns.forEach((column, index) => {
      const more = columns[index];
      if (more !== undefined) column.append(more);
    });
    this.lines.append(lines);
  }

  private addSeries(first: number, names: readonly string[]): void {
    if (names.length === 0 && this.series.length === 0) return;
    while (this.series.length < first) this.series.push('');
    for (const name of names) this.series.push(name);
    while (this.series.length < this.length) this.series.push('');
  }

  /** The table that a row came from. */
  sourceOf(row: number): RowSource | undefined {
    let low = 0;
    let high = this.sources.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.sources[middle]?.first ?? Infinity) <= row) low = middle + 1;
      else high = middle;
    }
    return this.sources[low - 1];
  }

  /** `file:line` of a row. */
  place(row: number): string {
    return `${this.sourceOf(row)?.name ?? ''}:${this.lines.data[row] ?? 0}`;
  }
}
