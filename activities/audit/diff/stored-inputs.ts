import { z } from 'zod';

import type { BarSeries } from '../../../data/bars/series.js';
import { readSeries } from '../../../data/bars/bar-store.js';
import type { SeriesRecord } from '../../../data/schemas/ingest.js';
import { ingestManifestSchema } from '../../../data/schemas/ingest.js';
import { RUN_ID_PATTERN } from '../../../data/schemas/run-choices.js';
import type { Home } from '../../../data/store/home.js';
import { readStoredJson } from '../../../data/store/stored-files.js';

/** What a home still has of a run's inputs, more than its bundle. */
export interface StoredInputs {
  /** Records of the ingest by symbol: corporate actions, times of membership, sectors. */
  readonly records: ReadonlyMap<string, SeriesRecord>;
  /** Digest of the code that trained, which is part of the code that a bundle depends on; null: not recorded. */
  readonly trainingCode: string | null;
  /** The stored series of a symbol, as traded; undefined where it is no longer stored. */
  series(symbol: string): Promise<BarSeries | undefined>;
}

/** What is compared of `inputs.json`. */
const inputsSchema = z.looseObject({ code: z.string() });

/**
 * The stored inputs of a run.
 *
 * @param digest Of the bars, as the bundle has it.
 * @returns Undefined where the home does not have the run, or another one by this name.
 */
export async function storedInputs(
  home: Home,
  run: string,
  digest: string,
): Promise<StoredInputs | undefined> {
  // A bundle can name any run.
  if (!RUN_ID_PATTERN.test(run)) return undefined;
  const manifest = await readStoredJson(home, home.ingest(run), ingestManifestSchema).catch(() => undefined);
  if (manifest?.digest !== digest) return undefined;
  const records = new Map(manifest.series.map((record) => [record.symbol, record]));
  const inputs = await readStoredJson(home, home.inputs(run), inputsSchema).catch(() => undefined);
  return {
    records,
    trainingCode: inputs?.code ?? null,
    async series(symbol) {
      const ref = records.get(symbol)?.ref ?? null;
      if (ref === null) return undefined;
      return readSeries(home, ref, symbol, manifest.interval).catch(() => undefined);
    },
  };
}
