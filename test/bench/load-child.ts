import { fileURLToPath } from 'node:url';

import { z } from 'zod';

import { buildFeatureTable } from '../../activities/market/features/build-feature-table.js';
import { loadAdjustedSeries } from '../../data/bars/load-adjusted.js';
import { GurukulError } from '../../data/errors.js';
import { ingestManifestSchema } from '../../data/schemas/ingest.js';
import { runInputSchema } from '../../data/schemas/run-input.js';
import { readJson } from '../../data/store/files.js';
import { Home } from '../../data/store/home.js';

/** What the reading process tells. */
export const loadFiguresSchema = z.strictObject({
  bars: z.number(),
  /** Bytes of the series' numbers in memory. */
  bytes: z.number(),
  readSeconds: z.number(),
  featureSeconds: z.number(),
  /** Processor time of both, over all threads: tells how much of the time was waiting for a busy machine. */
  cpuSeconds: z.number(),
  /** Largest resident memory until all bars were read, and until all features were known. */
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
  const table = buildFeatureTable(series, runInputSchema.parse({ interval: manifest.interval }));
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
