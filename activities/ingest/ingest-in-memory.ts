import { describeSeries } from '../../data/bars/bar-store.js';
import type { BarSeries } from '../../data/bars/series.js';
import type { IngestManifest } from '../../data/schemas/ingest.js';
import type { RunInput } from '../../data/schemas/run-input.js';
import type { Home } from '../../data/store/home.js';
import { selectSymbols } from '../../data/universe.js';
import type { IngestedSeries } from './ingest-series.js';
import { ingestSeries } from './ingest-series.js';
import { ingestManifestOf } from './manifest.js';
import { openIngest } from './open-ingest.js';
import { dailyCloses } from './twins.js';

/** A manifest together with the series that it names. */
export interface IngestManifestWithSeries extends IngestManifest {
  /** By symbol, as traded; those whose status is `ok`. Their files need not be in the store. */
  readonly bars: ReadonlyMap<string, BarSeries>;
}

/**
 * The ingest of a whole run without a server, and without writing anything: what `gurukul plan` plans from.
 * Its manifest, references and digest are those that the run itself would make.
 *
 * @throws InvalidInputError for a wrong universe, symbol or source.
 */
export async function ingestInMemory(
  config: RunInput,
  { home, packageRoot }: { readonly home: Home; readonly packageRoot: string },
): Promise<IngestManifestWithSeries> {
  const { universe, source, calendar } = await openIngest(config, { home, packageRoot });
  const ingested: IngestedSeries[] = [];
  for (const member of selectSymbols(universe, config.symbols)) {
    ingested.push(
      await ingestSeries(member, {
        source,
        calendar,
        until: config.to,
        store: (series) => Promise.resolve(describeSeries(home, series).ref),
      }),
    );
  }
  const manifest = ingestManifestOf(
    ingested.map(({ record }) => record),
    ingested.flatMap(({ series }) => (series === null ? [] : [dailyCloses(series)])),
    config,
  );
  const used = new Set(manifest.series.filter(({ status }) => status === 'ok').map(({ symbol }) => symbol));
  const bars = new Map<string, BarSeries>();
  for (const { series } of ingested)
    if (series !== null && used.has(series.symbol)) bars.set(series.symbol, series);
  return { ...manifest, bars };
}
