import { z } from 'zod';

import type { FileRef } from '../../data/schemas/file-ref.js';
import { readJsonRef } from '../../data/store/file-refs.js';
import type { Home } from '../../data/store/home.js';

const symbolsSchema = z.array(z.string());

/** Some of the symbols of an ingest. */
export interface Batch {
  /** JSON array of all symbols. */
  readonly symbols: FileRef;
  /** Batch `batch` of `batches` takes its equal, consecutive share. */
  readonly batch: number;
  readonly batches: number;
}

/** The symbols of one batch. @throws GurukulError ChecksumMismatch when the list is another. */
export async function batchSymbols(home: Home, { symbols, batch, batches }: Batch): Promise<string[]> {
  const all = await readJsonRef(home, symbols, symbolsSchema);
  const at = (part: number): number => Math.floor((part * all.length) / batches);
  return all.slice(at(batch), at(batch + 1));
}
