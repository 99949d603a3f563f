import { gzipSync } from 'node:zlib';

import { expect } from 'chai';
import type { SchemaElement } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';

import { readSummary } from '../../../support/read-bars.js';

const EXPECTED = ['plain', 2, '2023-01-02 10 11 9 10.5 100', '2023-01-03 20 22 19 21 200'];
const NAMES = ['open', 'high', 'low', 'close', 'volume'];
const VALUES = [
  [10, 20],
  [11, 22],
  [9, 19],
  [10.5, 21],
  [100, 200],
];
const DAYS = [Date.UTC(2023, 0, 2), Date.UTC(2023, 0, 3)];

/** A frame of Zstandard with one block that is not compressed: enough for small test data. */
function zstd(input: Uint8Array): Uint8Array {
  const head = Buffer.alloc(12);
  head.writeUInt32LE(0xfd2fb528, 0);
  // A single segment, with its size in four bytes.
  head.writeUInt8(0xa0, 4);
  head.writeUInt32LE(input.length, 5);
  head.writeUIntLE((input.length << 3) | 1, 9, 3);
  return Buffer.concat([head, input]);
}

describe('bars in Parquet', () => {
  const number = (name: string): SchemaElement => ({ name, type: 'DOUBLE', repetition_type: 'REQUIRED' });
  const write = (
    time: SchemaElement,
    data: readonly (Date | string)[],
    options: { codec?: 'GZIP' | 'ZSTD' | 'SNAPPY' } = {},
  ): Uint8Array =>
    new Uint8Array(
      parquetWriteBuffer({
        schema: [{ name: 'root', num_children: 6 }, time, ...NAMES.map(number)],
        columnData: [
          { name: time.name, data: [...data] },
          ...NAMES.map((name, at) => ({ name, data: VALUES[at] ?? [] })),
        ],
        compressors: { GZIP: (input) => gzipSync(input), ZSTD: zstd },
        ...options,
      }),
    );
  const stamp = (name: string, isAdjustedToUTC: boolean): SchemaElement => ({
    name,
    type: 'INT64',
    repetition_type: 'REQUIRED',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC, unit: 'MICROS' },
  });
  const dates = (hours: number): Date[] => DAYS.map((day) => new Date(day + hours * 3_600_000));

  for (const codec of ['SNAPPY', 'GZIP', 'ZSTD'] as const)
    it(`may be compressed with ${codec}`, async () =>
      expect(await readSummary(write(stamp('date', false), dates(0), { codec }))).to.deep.equal(EXPECTED));

  it('has local times, or times in UTC', async () => {
    expect(await readSummary(write(stamp('date', false), dates(9.25)))).to.deep.equal(EXPECTED);
    expect(await readSummary(write(stamp('date', true), dates(3.75)))).to.deep.equal(EXPECTED);
    expect(await readSummary(write(stamp('date', true), dates(-5.5)))).to.deep.equal(EXPECTED);
    const [format, count, first] = await readSummary(write(stamp('date', true), dates(3.75)), {
      interval: '5minute',
    });
    expect([format, count, first]).to.deep.equal(['plain', 2, '2023-01-02T09:15:00+05:30 10 11 9 10.5 100']);
  });

  it('may have the index of pandas as time, or texts', async () => {
    const index = await readSummary(write(stamp('__index_level_0__', false), dates(0)));
    expect(index).to.deep.equal(['generic', ...EXPECTED.slice(1)]);
    const text: SchemaElement = {
      name: 'Date',
      type: 'BYTE_ARRAY',
      converted_type: 'UTF8',
      repetition_type: 'REQUIRED',
    };
    expect(await readSummary(write(text, ['02-Jan-2023', '03-Jan-2023']))).to.deep.equal(EXPECTED);
  });
});
