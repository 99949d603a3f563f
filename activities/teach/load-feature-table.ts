import { loadAdjustedSeries } from '../../data/bars/load-adjusted.js';
import type { BarSeries } from '../../data/bars/series.js';
import { lowerBound, sliceBars } from '../../data/bars/series.js';
import { GurukulError, errorMessage } from '../../data/errors.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import type { IngestManifest } from '../../data/schemas/ingest.js';
import { ingestManifestSchema } from '../../data/schemas/ingest.js';
import { readRef } from '../../data/store/files.js';
import type { Home } from '../../data/store/home.js';
import { startOfDate } from '../../data/time/dates.js';
import { usableUntil } from '../plan/coverage.js';
import { buildFeatureTable } from './features/build-feature-table.js';
import type { Arm, FeatureTable } from './feature-table.js';
import type { TrainingConfig } from './jobs.js';
import { placeboSeries } from './placebo.js';

/**
 * Features and labels of a run's whole universe, from the series its ingest recorded. Bars at or after
 * the run's `to` are cut off before anything is computed, so nothing of them can show.
 *
 * @param ingest The run's ingest manifest.
 * @param arm `placebo` draws the bars of each symbol anew first.
 * @throws GurukulError ChecksumMismatch when the manifest or a series is not the one recorded.
 */
export async function loadFeatureTable(
  home: Home,
  ingest: FileRef,
  config: TrainingConfig,
  arm: Arm,
): Promise<FeatureTable> {
  const used = await loadUsedSeries(home, ingest, config);
  const series = arm === 'placebo' ? used.map((bars) => placeboSeries(bars, config.seed)) : used;
  return buildFeatureTable(series, config);
}

/**
 * The adjusted bars that a run may use: all before its `to`, up to the last complete session.
 *
 * @throws GurukulError ChecksumMismatch when the manifest or a series is not the one recorded.
 */
export async function loadUsedSeries(
  home: Home,
  ingest: FileRef,
  config: Pick<TrainingConfig, 'to'>,
): Promise<BarSeries[]> {
  return (await loadUsedBars(home, ingest, config)).series;
}

/** As {@link loadUsedSeries}, and the first day that is not used, ISO. */
export async function loadUsedBars(
  home: Home,
  ingest: FileRef,
  { to }: Pick<TrainingConfig, 'to'>,
): Promise<{ readonly series: BarSeries[]; readonly until: string }> {
  const manifest = await readManifest(home, ingest);
  const until = usableUntil(manifest, to);
  const all = await loadAdjustedSeries(home, manifest);
  return { series: all.map((bars) => barsBefore(bars, until)), until };
}

/** The bars of a series before a day, ISO. */
export function barsBefore(series: BarSeries, day: string): BarSeries {
  return sliceBars(series, 0, lowerBound(series.time, startOfDate(day)));
}

async function readManifest(home: Home, ref: FileRef): Promise<IngestManifest> {
  const content = await readRef(home, ref);
  try {
    return ingestManifestSchema.parse(JSON.parse(content.toString('utf8')));
  } catch (error) {
    throw new GurukulError('ChecksumMismatch', `${ref.uri} is damaged: ${errorMessage(error)}`, {
      cause: error,
    });
  }
}
