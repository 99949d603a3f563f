import type { SchemaElement } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';

import { encodeDates } from './date-column.js';

/** A column of a table, with its values. */
export interface ParquetColumn {
  readonly element: SchemaElement;
  readonly data: unknown[] | Int32Array | BigInt64Array | Float32Array;
}

/** What a file says of itself. */
export interface ParquetAbout {
  /** Name and version of the table, such as `predictions/3`. */
  readonly format: string;
  /** What each column holds, by name. */
  readonly columns?: Readonly<Record<string, string>>;
}

export interface ParquetLayout {
  /** Rows of each row group. */
  readonly groups?: number | readonly number[];
  /**
   * Whether pages are compressed. Not in files of units, which are read once or twice: it takes longer than all other
   * work on a table, and probabilities hardly shrink. @default true
   */
  readonly compress?: boolean;
}

/** Rows of a row group, where a table gives none. */
const GROUP_ROWS = 100_000;

/** A column of texts. */
export function textColumn(name: string, data: readonly string[]): ParquetColumn {
  return { element: textElement(name, 'REQUIRED'), data: [...data] };
}

/** A column of texts of which some are unknown. */
export function nullableTextColumn(name: string, data: readonly (string | null)[]): ParquetColumn {
  return { element: textElement(name, 'OPTIONAL'), data: [...data] };
}

/** A column of numbers. */
export function doubleColumn(name: string, data: readonly number[]): ParquetColumn {
  return { element: { name, type: 'DOUBLE', repetition_type: 'REQUIRED' }, data: [...data] };
}

/** A column of numbers of which those that are NaN are unknown: the file has null for them. */
export function nullableDoubleColumn(name: string, data: readonly number[]): ParquetColumn {
  return {
    element: { name, type: 'DOUBLE', repetition_type: 'OPTIONAL' },
    data: data.map((value) => (Number.isNaN(value) ? null : value)),
  };
}

/** A column of numbers of 32 bits. */
export function floatColumn(name: string, data: Float32Array): ParquetColumn {
  return { element: { name, type: 'FLOAT', repetition_type: 'REQUIRED' }, data };
}

/** A column of whole numbers. */
export function integerColumn(name: string, data: readonly number[]): ParquetColumn {
  return { element: { name, type: 'INT32', repetition_type: 'REQUIRED' }, data: [...data] };
}

/** A column of dates, or of times. @throws GurukulError BadSchema when both are there. */
export function dateColumn(name: string, texts: readonly string[]): ParquetColumn {
  return encodeDates(name, texts);
}

/**
 * A table as the bytes of a Parquet file: equal tables give equal bytes. Nothing in it names a run or a version of
 * this program.
 */
export function encodeTable(
  columns: readonly ParquetColumn[],
  { format, columns: described }: ParquetAbout,
  { groups = GROUP_ROWS, compress = true }: ParquetLayout = {},
): Uint8Array {
  return new Uint8Array(
    parquetWriteBuffer({
      schema: [{ name: 'root', num_children: columns.length }, ...columns.map(({ element }) => element)],
      columnData: columns.map(({ element, data }) => ({ name: element.name, data })),
      kvMetadata: [
        { key: 'gurukul.format', value: format },
        ...(described === undefined ? [] : [{ key: 'gurukul.columns', value: JSON.stringify(described) }]),
      ],
      rowGroupSize: typeof groups === 'number' ? groups : groups.length === 0 ? GROUP_ROWS : [...groups],
      codec: compress ? 'SNAPPY' : 'UNCOMPRESSED',
      // Tables are read whole: least and greatest values of a column would take more time than all its bytes.
      statistics: false,
    }),
  );
}

function textElement(name: string, repetition: 'REQUIRED' | 'OPTIONAL'): SchemaElement {
  return { name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: repetition };
}
