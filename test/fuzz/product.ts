import path from 'node:path';

import type { IngestManifestWithSeries } from '../../activities/ingest/ingest-in-memory.js';
import { ingestInMemory } from '../../activities/ingest/ingest-in-memory.js';
import { barSlots } from '../../activities/market/bar-slots.js';
import type { FeatureTable } from '../../activities/market/feature-table.js';
import { buildFeatureTable } from '../../activities/market/features/build-feature-table.js';
import { barsBefore } from '../../activities/market/load-feature-table.js';
import { membershipOf } from '../../activities/market/membership.js';
import { usableUntil } from '../../activities/market/usable-until.js';
import { loadCalendar } from '../../data/calendar/calendar.js';
import { adjustSeries } from '../../data/bars/adjust-series.js';
import type { BarSeries } from '../../data/bars/series.js';
import { runInputSchema } from '../../data/schemas/run-input.js';
import { Home } from '../../data/store/home.js';
import { packageRoot } from '../../data/store/package-root.js';
import type { FuzzCase } from './draw-case.js';
import { barsFolder, homeFolder, universeFile } from './write-case.js';

/** What is judged: how the product reads a folder, and what it makes of it. */
export interface Product {
  readonly ingest: (drawn: FuzzCase, root: string) => Promise<IngestManifestWithSeries>;
  /** Features and labels of the bars that were read. */
  readonly table: (manifest: IngestManifestWithSeries, drawn: FuzzCase) => FeatureTable;
  /** Features of clean bars. */
  readonly cleanTable: (series: readonly BarSeries[], drawn: FuzzCase) => FeatureTable;
}

const calendar = loadCalendar(packageRoot);

/** The product as it is. */
export const PRODUCT: Product = {
  ingest: ({ config }, root) =>
    ingestInMemory(
      runInputSchema.parse({
        ...config,
        source: 'csv',
        bars: barsFolder(root),
        universe: universeFile(root),
      }),
      { home: new Home(path.resolve(homeFolder(root))), packageRoot },
    ),
  table: (manifest, { config, rule }) => {
    const until = usableUntil(manifest, config.to ?? '');
    const series = manifest.series.flatMap(({ symbol, corporateActions }) => {
      const bars = manifest.bars.get(symbol);
      return bars === undefined ? [] : [barsBefore(adjustSeries(bars, corporateActions ?? []), until)];
    });
    const slots = barSlots(calendar, manifest);
    return buildFeatureTable(series, rule, { slots, membership: membershipOf(manifest.series) });
  },
  cleanTable: (series, { rule, membership }) =>
    buildFeatureTable(series, rule, {
      membership: new Map(
        [...membership]
          .filter(([, { from, to }]) => from !== undefined || to !== undefined)
          .map(([symbol, { from = '1990-01-01', to = null }]) => [symbol, [{ from, to }]]),
      ),
    }),
};
