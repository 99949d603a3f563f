import { readFile } from 'node:fs/promises';

import { z } from 'zod';

import { systemErrorCode } from '../../../data/errors.js';
import { canonicalJson, sha256 } from '../../../data/store/digests.js';
import { writeFileAtomic } from '../../../data/store/files.js';

const checksum = z.number().int().nonnegative();

const indexSchema = z.strictObject({
  /** Names of the features. */
  names: z.array(z.string()),
  /** In order. */
  symbols: z.array(
    z.strictObject({
      symbol: z.string(),
      sector: z.string().nullable(),
      rows: z.number().int().nonnegative(),
      checksums: z.record(z.string(), checksum),
    }),
  ),
  /** Columns of the market, after those of the symbols: see `MarketColumns`. */
  market: z.strictObject({ bars: z.number().int().nonnegative(), checksum }),
});

/** What the file of a stored table holds. It is written last: where it is, the table is complete. */
export type TableIndex = z.output<typeof indexSchema>;

/** A digest and the index that it is of. */
const fileSchema = z.strictObject({ sha256: z.string(), index: indexSchema });

export async function writeIndex(file: string, index: TableIndex): Promise<void> {
  await writeFileAtomic(file, JSON.stringify({ sha256: sha256(canonicalJson(index)), index }));
}

/** The index in a file; undefined where there is none, or it is damaged. */
export async function readIndex(file: string): Promise<TableIndex | undefined> {
  try {
    const { sha256: digest, index } = fileSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    return sha256(canonicalJson(index)) === digest ? index : undefined;
  } catch (error) {
    if (systemErrorCode(error) === undefined || systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
