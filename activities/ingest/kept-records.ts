import { z } from 'zod';

import type { FileRef } from '../../data/schemas/file-ref.js';
import type { SeriesRecord } from '../../data/schemas/ingest.js';
import { seriesRecordSchema } from '../../data/schemas/ingest.js';
import { readJsonRef, readRef } from '../../data/store/file-refs.js';
import type { Home } from '../../data/store/home.js';
import { readStoredJson } from '../../data/store/stored-files.js';

export const symbolsSchema = z.array(z.string());
/** What a batch of the ingest found, as it lies on disk. */
export const batchSchema = z.array(seriesRecordSchema);

/**
 * What an earlier execution found of the symbols that are not to be read again: its records with their series
 * still in the store.
 */
export async function keptRecords(
  home: Home,
  batch: string,
  reread: FileRef | undefined,
): Promise<ReadonlyMap<string, SeriesRecord>> {
  if (reread === undefined) return new Map();
  const again = new Set(await readJsonRef(home, reread, symbolsSchema));
  // A damaged batch is read again.
  const records = (await readStoredJson(home, batch, batchSchema).catch(() => undefined)) ?? [];
  const kept = new Map<string, SeriesRecord>();
  for (const record of records) {
    const stored =
      record.ref === null || (await readRef(home, record.ref).catch(() => undefined)) !== undefined;
    if (!again.has(record.symbol) && stored) kept.set(record.symbol, record);
  }
  return kept;
}
