import { parquetMetadata } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';

import { BUNDLE } from '../../activities/audit/bundle-layout.js';
import { readBundle } from '../../activities/audit/read-bundle.js';
import { decodeBars, emptySeries } from '../../data/bars/bar-parquet.js';
import { requireParquetLimits } from '../../data/parquet/parquet-limits.js';
import { decodePredictions } from '../../data/predictions/parquet.js';
import { decodeVariants } from '../../data/predictions/student-variants.js';
import { refused } from './judge.js';
import type { AttackKind } from './kind.js';
import { oneOf, placeIn } from './kind.js';
import { RUN } from './rig.js';

const CAUGHT = 'it is refused, in bounded memory and time';

/** Small Parquet files that claim to be large. */
export const PARQUET_BOMBS: readonly AttackKind[] = [
  {
    name: 'bomb/parquet-rows',
    caught: `every reader of Parquet: ${CAUGHT}`,
    share: 0.2,
    async attempt(_, random) {
      const bomb = equalRows(
        random.integer(1_000_000, 3_000_000),
        oneOf(random, ['TCS', '', 'x'.repeat(99)]),
      );
      return (
        (await refused('predictions were decoded', async () => decodePredictions(bomb))) ??
        (await refused('student variants were decoded', async () => decodeVariants(bomb))) ??
        (await refused('bars were decoded', async () =>
          decodeBars(bomb, emptySeries('TCS', '1day', 2), 0, 2, 'TCS.parquet'),
        ))
      );
    },
  },
  {
    name: 'bomb/parquet-columns',
    caught: CAUGHT,
    share: 0.5,
    async attempt(_, random) {
      const columnData = Array.from({ length: random.integer(17, 1_500) }, (_value, i) => ({
        ...{ name: `c${i}`, data: ['TCS'], type: 'STRING' as const, nullable: false },
      }));
      const bomb = new Uint8Array(parquetWriteBuffer({ columnData }));
      return refused('it was decoded', async () => decodePredictions(bomb));
    },
  },
  {
    name: 'bomb/parquet-claims',
    caught: 'metadata with more rows or decompressed bytes than the size of the file allows are refused',
    async attempt({ sealed }, random) {
      const { bytes, metadata } = await honestParquet(sealed.bundle(RUN));
      const factor = 10 ** random.integer(3, 12);
      const [group] = metadata.row_groups;
      const column = oneOf(random, group?.columns ?? []).meta_data;
      if (group === undefined || column === undefined) throw new Error('no columns');
      oneOf(random, [
        () => (metadata.num_rows *= BigInt(factor)),
        () => (group.num_rows *= BigInt(factor)),
        () => (column.num_values *= BigInt(factor)),
        () => (column.total_uncompressed_size += BigInt(factor) * 1_000_000n),
        () => (metadata.num_rows = -1n),
        () => metadata.row_groups.push(...Array.from({ length: 1_000 }, () => group)),
        () => group.columns.push(...Array.from({ length: 100 }, () => oneOf(random, group.columns))),
      ])();
      try {
        requireParquetLimits(bytes.buffer, metadata);
        return 'the claims were taken';
      } catch {
        return undefined;
      }
    },
  },
  {
    name: 'bomb/parquet-footer',
    caught:
      'a file with a changed footer is refused, or has at most the rows of an honest file of its size, in bounded memory',
    share: 2,
    async attempt({ sealed }, random) {
      const { bytes } = await honestParquet(sealed.bundle(RUN));
      const changed = Buffer.from(bytes);
      const footer = changed.readUInt32LE(changed.length - 8);
      for (let left = random.integer(1, 6); left > 0; left -= 1)
        changed[changed.length - 8 - 1 - placeIn(random, footer)] = random.integer(0, 255);
      let rows = 0;
      await refused('', async () => {
        rows = (await decodePredictions(changed)).label.length;
      });
      return rows > 100_000 + 4 * changed.length ? `${rows} rows` : undefined;
    },
  },
];

/** A table of one column with equal values: a few kilobytes. */
function equalRows(rows: number, value: string): Uint8Array {
  const column = { name: 'symbol', data: new Array<string>(rows).fill(value), type: 'STRING' } as const;
  const columnData = [{ ...column, encoding: 'RLE_DICTIONARY' as const, nullable: false }];
  return new Uint8Array(parquetWriteBuffer({ statistics: false, rowGroupSize: rows, columnData }));
}

async function honestParquet(bundle: string) {
  const read = await readBundle(bundle);
  if ('file' in read) throw new Error(read.found);
  const bytes = Uint8Array.from(read.covered.get(BUNDLE.predictions) ?? []);
  return { bytes, metadata: parquetMetadata(bytes.buffer) };
}
