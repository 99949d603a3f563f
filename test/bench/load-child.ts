import { fileURLToPath } from 'node:url';

import { z } from 'zod';

import { buildFeatureTable } from '../../activities/market/features/build-feature-table.js';
import { loadAdjustedSeries } from '../../data/bars/load-adjusted.js';
import { GurukulError } from '../../data/errors.js';
import { ingestManifestSchema } from '../../data/schemas/ingest.js';
import { runInputSchema } from '../../data/schemas/run-input.js';
import { readJson } from '../../data/store/files.js';
import { Home } from '../../data/store/home.js';

/** Figures that the reading process prints. */
export const loadFiguresSchema = z.strictObject({
  bars: z.number(),
  /** Bytes of the series' numbers in memory. */
  bytes: z.number(),
  readSeconds: z.number(),
  featureSeconds: z.number(),
  /** CPU time of both, over all threads: the rest of the time was waiting for a busy machine. */
  cpuSeconds: z.number(),
  /** Peak resident memory after reading all bars, and after computing all features. */
  readPeakMiB: z.number(),
  peakMiB: z.number(),
});
export type LoadFigures = z.output<typeof loadFiguresSchema>;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , root = '', manifestFile = ''] = process.argv;
  const manifest = await readJson(manifestFile, ingestManifestSchema);
  if (manifest === undefined) throw new GurukulError('Bug', `${manifestFile} is missing`);
  const peakMiB = (): number => process.resourceUsage().maxRSS / 1024;

  const cpu = process.cpuUsage();
  const start = performance.now();
  const series = await loadAdjustedSeries(new Home(root), manifest);
  const read = performance.now();
  const readPeakMiB = peakMiB();
  const table = buildFeatureTable(
    series,
    runInputSchema.parse({ interval: manifest.interval, entry: 'next-open' }),
  );
  const done = performance.now();
  const { user, system } = process.cpuUsage(cpu);
  const figures: LoadFigures = {
    bars: table.symbols.reduce((sum, { time }) => sum + time.length, 0),
    bytes: series.reduce((sum, { time }) => sum + time.length * 44, 0),
    readSeconds: (read - start) / 1000,
    featureSeconds: (done - read) / 1000,
    cpuSeconds: (user + system) / 1e6,
    readPeakMiB,
    peakMiB: peakMiB(),
  };
  process.stdout.write(JSON.stringify(figures));
}
