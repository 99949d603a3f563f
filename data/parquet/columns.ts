import type { SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';

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
  about: ParquetAbout,
  layout: ParquetLayout = {},
): Uint8Array {
  const writer = new TableWriter(about, layout);
  writer.add(columns, layout.groups);
  return writer.finish();
}

/** Writes a table part by part: of a large one, only the part at hand is in memory beside the bytes. */
export class TableWriter {
  readonly #bytes = new ByteWriter();
  #writer: ParquetWriter | undefined;

  constructor(
    readonly about: ParquetAbout,
    readonly layout: Pick<ParquetLayout, 'compress'> = {},
  ) {}

  /** @param columns The same columns, of the same types, in every part. */
  add(columns: readonly ParquetColumn[], groups: ParquetLayout['groups'] = GROUP_ROWS): void {
    const writer = (this.#writer ??= this.#open(columns));
    void writer.write({
      columnData: columns.map(({ element, data }) => ({ name: element.name, data })),
      rowGroupSize: typeof groups === 'number' ? groups : groups.length === 0 ? GROUP_ROWS : [...groups],
    });
  }

  /** The bytes of the file. At least one part was added, with or without rows. */
  finish(): Uint8Array {
    void this.#writer?.finish();
    return new Uint8Array(this.#bytes.getBuffer());
  }

  #open(columns: readonly ParquetColumn[]): ParquetWriter {
    const { format, columns: described } = this.about;
    return new ParquetWriter({
      writer: this.#bytes,
      schema: [{ name: 'root', num_children: columns.length }, ...columns.map(({ element }) => element)],
      kvMetadata: [
        { key: 'gurukul.format', value: format },
        ...(described === undefined ? [] : [{ key: 'gurukul.columns', value: JSON.stringify(described) }]),
      ],
      codec: (this.layout.compress ?? true) ? 'SNAPPY' : 'UNCOMPRESSED',
      // Tables are read whole: least and greatest values of a column would take more time than all its bytes.
      statistics: false,
    });
  }
}

function textElement(name: string, repetition: 'REQUIRED' | 'OPTIONAL'): SchemaElement {
  return { name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: repetition };
}
