import { expect } from 'chai';
import type { FileMetaData } from 'hyparquet';
import { parquetMetadata } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';

import type { ParquetBounds } from '../../../data/parquet/parquet-limits.js';
import { requireParquetLimits } from '../../../data/parquet/parquet-limits.js';

const ROWS = 100;

/** Two columns, one with a dictionary and one without, on pages that are not compressed. */
function fileOf(codec: 'UNCOMPRESSED' | 'SNAPPY', nullable = false): ArrayBuffer {
  return parquetWriteBuffer({
    codec,
    statistics: false,
    columnData: [
      {
        name: 'symbol',
        data: new Array<string>(ROWS).fill('TCS').concat(['INFY']),
        type: 'STRING',
        encoding: 'RLE_DICTIONARY',
        nullable,
      },
      { name: 'close', data: Array.from({ length: ROWS + 1 }, (_, i) => i / 7), type: 'DOUBLE', nullable },
    ],
  });
}

/** Replaces a number in the bytes of a column by a larger one that takes as many bytes. */
function patched(
  file: ArrayBuffer,
  from: number,
  old: readonly number[],
  fresh: readonly number[],
): ArrayBuffer {
  const bytes = Buffer.from(file.slice(0));
  const at = bytes.indexOf(Buffer.from(old), from);
  if (at === -1) throw new Error('the number is not in the file');
  Buffer.from(fresh).copy(bytes, at);
  return Uint8Array.from(bytes).buffer;
}

/** A varint of two bytes; of a number with a sign, give twice the number. */
function varint(value: number): number[] {
  return [(value & 0x7f) | 0x80, value >> 7];
}

describe('the pages of a Parquet file', () => {
  const refusal = (
    file: ArrayBuffer,
    change = (metadata: FileMetaData): FileMetaData => metadata,
    bounds: ParquetBounds = {},
  ): string => {
    try {
      requireParquetLimits(file, change(parquetMetadata(file)), bounds);
      return '';
    } catch (error) {
      if (error instanceof Error) return error.message;
      throw error;
    }
  };
  const column = (file: ArrayBuffer, at: number) => {
    const found = parquetMetadata(file).row_groups[0]?.columns[at]?.meta_data;
    if (found === undefined) throw new Error('no such column');
    return found;
  };

  it('are accepted as the program writes them, compressed or not', () => {
    expect(refusal(fileOf('SNAPPY'))).to.equal('');
    expect(refusal(fileOf('UNCOMPRESSED'))).to.equal('');
  });

  it('cannot claim more values than their column has', () => {
    const file = fileOf('UNCOMPRESSED');
    const from = Number(column(file, 1).data_page_offset);
    const values = patched(file, from, varint(2 * (ROWS + 1)), varint(2 * 8000));
    expect(refusal(values)).to.equal('column close: a page does not have one value a row');
    const forged = patched(values, from, varint(2 * (ROWS + 1)), varint(2 * 8000));
    expect(refusal(forged)).to.equal('column close: pages claim 8000 values or more; its footer claims 101');
  });

  it('cannot claim more bytes than their column has, before they are allocated', () => {
    const file = fileOf('UNCOMPRESSED');
    const from = Number(column(file, 1).data_page_offset);
    const forged = patched(file, from, varint(2 * 8 * (ROWS + 1)), varint(2 * 8000));
    expect(refusal(forged)).to.match(
      /^column close: pages claim 8000 bytes or more; its footer claims 8\d\d$/,
    );
  });

  it('cannot have run lengths beyond the values that they claim', () => {
    const file = fileOf('UNCOMPRESSED');
    const from = Number(column(file, 0).data_page_offset);
    const forged = patched(file, from, varint(2 * ROWS), varint(2 * 8000));
    expect(refusal(forged)).to.equal('column symbol: run lengths do not give the values that a page claims');
  });

  it('cannot have more blocks of deltas than an encoder writes', () => {
    const file = parquetWriteBuffer({
      codec: 'UNCOMPRESSED',
      statistics: false,
      columnData: [
        {
          name: 'time',
          data: Int32Array.from({ length: ROWS }, (_, i) => i * i),
          type: 'INT32',
          encoding: 'DELTA_BINARY_PACKED',
          nullable: false,
        },
      ],
    });
    expect(refusal(file)).to.equal('');
    // 128 values in four miniblocks, then their number.
    const from = Number(column(file, 0).data_page_offset);
    const forged = patched(file, from, [...varint(128), 4, ROWS], [...varint(128), 0x7f, ROWS]);
    expect(refusal(forged)).to.equal('column time: a page claims more blocks than any encoder writes');
  });

  it('cannot hold optional columns where the table has none', () => {
    expect(refusal(fileOf('SNAPPY', true))).to.contain('column symbol is optional or nested');
    const isNullable = (name: string): boolean => name === 'symbol';
    expect(refusal(fileOf('SNAPPY', true), undefined, { isNullable })).to.contain(
      'column close is optional or nested',
    );
  });

  it('cannot have levels that do not give the missing values of an optional column', () => {
    // All but the last are missing: 100 equal levels, then one.
    const data = [...new Array<null>(ROWS).fill(null), 1.5];
    const file = parquetWriteBuffer({
      codec: 'UNCOMPRESSED',
      statistics: false,
      columnData: [{ name: 'close', data, type: 'DOUBLE', nullable: true }],
    });
    const bounds = { isNullable: () => true };
    expect(refusal(file, undefined, bounds)).to.equal('');
    const from = Number(column(file, 0).data_page_offset);
    const longer = patched(file, from, [...varint(2 * ROWS), 0], [...varint(2 * 8000), 0]);
    const wrong = 'column close: its levels do not give the missing values that a page claims';
    expect(refusal(longer, undefined, bounds)).to.equal(wrong);
    const present = patched(file, from, [...varint(2 * ROWS), 0], [...varint(2 * ROWS), 1]);
    expect(refusal(present, undefined, bounds)).to.equal(wrong);
    const fewer = patched(file, from, [...varint(2 * ROWS), 0], [...varint(2 * 70), 0]);
    expect(refusal(fewer, undefined, bounds)).to.equal(wrong);
    const more = patched(file, from, varint(2 * ROWS), varint(2 * 150));
    expect(refusal(more, undefined, bounds)).to.equal(
      'column close: a page claims more missing values than it has rows',
    );
  });

  it('cannot lie outside of the file', () => {
    const moved =
      (change: Partial<ReturnType<typeof column>>) =>
      (metadata: FileMetaData): FileMetaData => ({
        ...metadata,
        row_groups: metadata.row_groups.map((group) => ({
          ...group,
          columns: group.columns.map((chunk) =>
            chunk.meta_data === undefined
              ? chunk
              : { ...chunk, meta_data: { ...chunk.meta_data, ...change } },
          ),
        })),
      });
    const file = fileOf('SNAPPY');
    expect(refusal(file, moved({ data_page_offset: 10_000n, dictionary_page_offset: 10_000n }))).to.match(
      /^column symbol: its bytes 10000 to \d+ are not in a file of \d+$/,
    );
    expect(refusal(file, moved({ total_compressed_size: 1n << 40n }))).to.contain('are not in a file of');
    const most = 1_048_576 + 64 * file.byteLength;
    expect(refusal(file, moved({ total_uncompressed_size: BigInt(most) }))).to.equal(
      `${file.byteLength} bytes decompress to ${2 * most}; at most ${most} are read from a file of this size`,
    );
  });
});
