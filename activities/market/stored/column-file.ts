import { crc32 } from 'node:zlib';

import type { NumberArray } from './array-file.js';
import { ArrayFile, bytesOf } from './array-file.js';
import type {
  Float32Column,
  Float64Column,
  Int32Column,
  TableColumn,
  TableColumns,
  Uint8Column,
} from './table-columns.js';

/** Symbols start at multiples of this many bytes. */
const ALIGNMENT = 8;

/** The columns of many symbols in one file, symbol after symbol. */
export class ColumnFile {
  readonly #file: ArrayFile;
  /** By symbol. */
  readonly #starts: number[] = [];
  readonly #rows: number[] = [];
  #end = 0;

  /** @param flags `wx+` makes the file, `r` reads one that exists. */
  constructor(
    readonly path: string,
    flags: 'wx+' | 'r',
    readonly columns: TableColumns,
  ) {
    this.#file = new ArrayFile(path, flags);
  }

  /** Adds a symbol. @returns Its index. */
  add(rows: number): number {
    this.#starts.push(this.#end);
    this.#rows.push(rows);
    this.#end += Math.ceil((rows * this.columns.bytes) / ALIGNMENT) * ALIGNMENT;
    return this.#rows.length - 1;
  }

  /** Bytes of all symbols: what comes after them is up to the caller. */
  get end(): number {
    return this.#end;
  }

  rowsOf(symbol: number): number {
    return this.#rows[symbol] ?? 0;
  }

  /** Writes the rows of a column from `first` on. */
  write(symbol: number, column: TableColumn, values: NumberArray, first = 0): void {
    this.writeAt(this.#positionOf(symbol, column, first), values);
  }

  float64(symbol: number, column: Float64Column, first = 0, until = this.rowsOf(symbol)): Float64Array {
    return this.#read(symbol, column, first, until, new Float64Array(this.#sizeOf(column, first, until, 8)));
  }

  float32(symbol: number, column: Float32Column, first = 0, until = this.rowsOf(symbol)): Float32Array {
    return this.#read(symbol, column, first, until, new Float32Array(this.#sizeOf(column, first, until, 4)));
  }

  int32(symbol: number, column: Int32Column, first = 0, until = this.rowsOf(symbol)): Int32Array {
    return this.#read(symbol, column, first, until, new Int32Array(this.#sizeOf(column, first, until, 4)));
  }

  uint8(symbol: number, column: Uint8Column, first = 0, until = this.rowsOf(symbol)): Uint8Array {
    return this.#read(symbol, column, first, until, new Uint8Array(this.#sizeOf(column, first, until, 1)));
  }

  writeAt(position: number, values: NumberArray): void {
    this.#file.write(position, values);
  }

  readAt<Kind extends NumberArray>(position: number, values: Kind): Kind {
    return this.#file.read(position, values);
  }

  close(): void {
    this.#file.close();
  }

  #read<Kind extends NumberArray>(
    symbol: number,
    column: TableColumn,
    first: number,
    until: number,
    values: Kind,
  ): Kind {
    return until <= first ? values : this.readAt(this.#positionOf(symbol, column, first), values);
  }

  #sizeOf(column: TableColumn, first: number, until: number, size: number): number {
    return (Math.max(0, until - first) * (this.columns.places.get(column)?.bytes ?? 0)) / size;
  }

  #positionOf(symbol: number, column: TableColumn, first: number): number {
    const [start, place] = [this.#starts[symbol], this.columns.places.get(column)];
    if (start === undefined || place === undefined)
      throw new RangeError(`the file has no ${column} of symbol ${symbol}`);
    return start + this.rowsOf(symbol) * place.offset + first * place.bytes;
  }
}

/** A checksum of values, or of more of them. @param before Of the values before. */
export function checksumOf(values: NumberArray, before = 0): number {
  return crc32(bytesOf(values), before);
}
